package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.migrator.cli.Typing.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Options from arguments, environment and file; help. The places lead nowhere, so that no command comes far. */
class OptionsTest {
    private static final String NOWHERE = "cassandra://127.0.0.1:1/kong";

    @TempDir
    private Path directory;

    private Path config(String text) throws IOException {
        return Files.writeString(directory.resolve("keyferry.properties"), text);
    }

    /** Runs into a source that cannot be reached, and returns the options that the report names. */
    private JsonNode options(Map<String, String> environment, String... more) throws IOException {
        Path work = directory.resolve("work");
        String[] args = new String[more.length + 3];
        args[0] = "verify";
        args[1] = "--work-dir";
        args[2] = work.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        Ended ended = keyferry(environment, args);
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(3);
        return new ObjectMapper().readTree(work.resolve("report.json").toFile()).path("options");
    }

    @Test
    void argumentsGoOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = config("""
                # for all commands
                from = %s
                to: %s
                parallelism = 2
                kong = 2.8
                without = sessions,acls
                entities = 100
                """.formatted(NOWHERE, NOWHERE));

        JsonNode options = options(
                Map.of("KEYFERRY_PARALLELISM", "3", "KEYFERRY_KONG", "2.7", "KEYFERRY_READ_CONSISTENCY", ""),
                "--config",
                file.toString(),
                "--kong=2.6");

        assertThat(options.path("--from").asText()).isEqualTo(NOWHERE);
        assertThat(options.path("--parallelism").asText()).isEqualTo("3");
        assertThat(options.path("--kong").asText()).isEqualTo("2.6");
        assertThat(options.path("--without").asText()).isEqualTo("sessions,acls");
        assertThat(options.has("--entities")).as("an option of another command").isFalse();
        assertThat(options.has("--read-consistency")).as("an empty value").isFalse();
    }

    @Test
    void theEnvironmentNamesTheFileToo() throws IOException {
        Path file = config("parallelism=7");

        JsonNode options = options(Map.of("KEYFERRY_CONFIG", file.toString()), "--from", NOWHERE, "--to", NOWHERE);

        assertThat(options.path("--parallelism").asText()).isEqualTo("7");
    }

    @Test
    void variablesThatAreNoOptionsDoNotMatter() throws IOException {
        JsonNode options = options(
                Map.of(
                        "KEYFERRY_FROM_PASSWORD", "hidden",
                        "KEYFERRY_TO_STORE_PASSWORD", "hidden",
                        "KEYFERRY_JAVA_OPTS", "-Xmx1g",
                        "KEYFERRY_VERSION", "0.1.0",
                        "KEYFERRY_HELP", "me",
                        "KEYFERRY_HOME", "/opt/keyferry"),
                "--from",
                NOWHERE,
                "--to",
                NOWHERE);

        assertThat(options).hasSize(3);
        assertThat(Files.readString(directory.resolve("work/report.json"))).doesNotContain("hidden");
    }

    @Test
    void aFileWithUnknownKeysIsRefusedWithAllOfThemNamed() throws IOException {
        Path file = config("paralelism=2\n--kong=2.8\nfrom_password=secret\nto-password=secret\nwork_dir=x\n");

        Ended ended = keyferry("verify", "--from", NOWHERE, "--to", NOWHERE, "--config=" + file);

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err())
                .contains(
                        "--config " + file + " cannot be used:",
                        "'paralelism' is no option; options are allow-rf1, broken, default-workspace, delete-extra,",
                        "'--kong' is no option: did you mean 'kong'?",
                        "'work_dir' is no option: did you mean 'work-dir'?",
                        "'to-password' is no option: a password has no place in this file; use from-password-file")
                .doesNotContain("secret");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        Ended ended = keyferry("rehearse", "--config", directory.resolve("none").toString());

        assertThat(ended.err()).contains("--config " + directory.resolve("none") + " cannot be read");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void aValueOfTheFileThatCannotBeUsedIsNamedWithItsKey() throws IOException {
        Path file = config("parallelism = many\n");

        Ended ended = keyferry("verify", "--from", NOWHERE, "--to", NOWHERE, "--config", file.toString());

        assertThat(ended.err()).contains("'many'", "from " + file + ", key parallelism");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void everyLineOnStderrIsJsonWhenTheLogIs() throws IOException {
        Ended ended = keyferry(
                "verify",
                "--log-format",
                "json",
                "--from",
                NOWHERE,
                "--to",
                NOWHERE,
                "--work-dir",
                directory.resolve("work").toString());

        assertThat(ended.err().lines()).hasSizeGreaterThan(1);
        for (String line : ended.err().lines().toList()) {
            JsonNode event = new ObjectMapper().readTree(line);
            assertThat(event.path("level").asText()).isIn("INFO", "WARN", "ERROR");
            assertThat(event.path("formattedMessage").asText()).isNotEmpty();
        }
        assertThat(ended.err()).contains("cannot reach the source");
    }

    @Test
    void refusesAnUnknownLogFormat() {
        Ended ended = keyferry("verify", "--from", NOWHERE, "--to", NOWHERE, "--log-format", "xml");

        assertThat(ended.err()).isEqualTo("keyferry: --log-format takes text or json, not 'xml'\n");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plan", "migrate", "rehearse", "bootstrap", "export", "import", "verify", "path"})
    void helpFitsTheTerminalAndNamesAllOptions(String command) {
        Ended asked = command.isEmpty() ? keyferry("--help") : keyferry(command, "--help");
        Ended helped = command.isEmpty() ? keyferry("help") : keyferry("help", command);

        assertThat(asked.exitCode()).isZero();
        assertThat(helped).isEqualTo(asked);
        assertThat(asked.err()).isEmpty();
        assertThat(asked.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(asked.out()).startsWith("Usage: keyferry " + (command.isEmpty() ? "[-hV] COMMAND" : command));
        CommandLine top = Main.commandLine();
        CommandLine described =
                command.isEmpty() ? top : requireNonNull(top.getSubcommands().get(command));
        assertThat(described.getCommandSpec().options())
                .allSatisfy(option -> assertThat(asked.out()).contains(option.longestName()));
    }

    @Test
    void saysItsVersion() {
        assertThat(keyferry("--version").out()).startsWith("keyferry ");
    }
}
