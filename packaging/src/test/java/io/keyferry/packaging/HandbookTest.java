package io.keyferry.packaging;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyferry.migrator.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Man pages and completion of the real command line. */
class HandbookTest {
    private static final String VERSION = "1.2.3";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void write() throws IOException {
        new Handbook(Main.commandLine(), VERSION).write(directory);
    }

    static Stream<CommandLine> commands() {
        return new Handbook(Main.commandLine(), VERSION)
                .commands().stream().filter(command -> command.getParent() != null);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachCommandHasAPageWithItsOptionsAndExamples(CommandLine command) throws IOException {
        String page = Files.readString(directory.resolve("adoc/keyferry-" + command.getCommandName() + ".1.adoc"));

        assertThat(page).contains("keyferry " + VERSION).contains("  keyferry " + command.getCommandName());
        assertThat(command.getCommandSpec().options())
                .filteredOn(option -> !option.hidden())
                .extracting(OptionSpec::longestName)
                .allSatisfy(option -> assertThat(page).contains("*" + option + "*"));
    }

    @Test
    void thePageOfTheWholeNamesEveryCommandAndExitCode() throws IOException {
        String page = Files.readString(directory.resolve("adoc/keyferry.1.adoc"));

        assertThat(commands().map(CommandLine::getCommandName))
                .allSatisfy(name -> assertThat(page).contains(name));
        assertThat(page).contains("Exit codes:", "130");
        assertThat(directory.resolve("adoc/keyferry-sample.1.adoc")).doesNotExist();
    }

    /** What bash offers after these words. */
    private static List<String> offered(String words) throws IOException, InterruptedException {
        assumeTrue(Program.isHere("bash"), "there is no bash here");
        Program.Ended ended = Program.run(
                "bash",
                "-c",
                "source " + directory.resolve("completion/keyferry.bash") + "; COMP_WORDS=(" + words
                        + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=\"${COMP_WORDS[*]}\";"
                        + " COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9;"
                        + " _complete_keyferry 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"");
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output().lines().map(String::strip).toList();
    }

    @Test
    void bashCompletesCommandsAndTheirOwnOptions() throws IOException, InterruptedException {
        assertThat(offered("keyferry re")).contains("rehearse");
        assertThat(offered("keyferry ''")).contains("plan", "migrate", "verify").doesNotContain("sample");
        assertThat(offered("keyferry rehearse --en")).containsExactly("--entities");
        assertThat(offered("keyferry path --en")).isEqualTo(List.of(""));
    }

    @Test
    void zshTakesItsCompletionAndIsToldOfEveryOption() throws IOException, InterruptedException {
        String script = Files.readString(directory.resolve("completion/_keyferry"));

        assertThat(script).startsWith("#compdef keyferry\n").doesNotContain("sample)");
        Set<String> commands =
                requireNonNull(Main.commandLine().getSubcommands()).keySet();
        assertThat(commands)
                .filteredOn(name -> !name.equals("sample"))
                .allSatisfy(name -> assertThat(script).contains("        " + name + ")\n"));
        commands()
                .flatMap(command -> command.getCommandSpec().options().stream())
                .forEach(option -> assertThat(script).contains(option.longestName()));
        assumeTrue(Program.isHere("zsh"), "there is no zsh here");
        Program.Ended ended = Program.run(
                "zsh", "-n", directory.resolve("completion/_keyferry").toString());
        assertThat(ended.exitCode()).as(ended.output()).isZero();
    }
}
