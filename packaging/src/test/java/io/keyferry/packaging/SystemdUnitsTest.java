package io.keyferry.packaging;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyferry.migrator.cli.Main;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units and the configuration file of scheduled runs. */
class SystemdUnitsTest {
    private static final String DIRECTORY = "packaging/systemd";

    @TempDir
    private Path directory;

    @Test
    void systemdItselfFindsNothingWrong() throws IOException, InterruptedException {
        assumeTrue(Program.isHere("systemd-analyze"), "there is no systemd-analyze here");
        Path stub = Files.createFile(directory.resolve("keyferry"));
        assertThat(stub.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        for (Path unit : units()) {
            Path copy = directory.resolve(String.valueOf(unit.getFileName()));
            // It wants the program to be there, and the package is not installed.
            Files.writeString(copy, Files.readString(unit).replace("/usr/bin/keyferry", stub.toString()));
            command.add(copy.toString());
        }

        Program.Ended ended = Program.run(command.toArray(String[]::new));

        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(ended.output()).doesNotContain("keyferry");
    }

    @Test
    void theCommandsAreOnesThatKeyferryTakes() throws IOException {
        for (Path unit : units()) {
            if (!unit.toString().endsWith(".service")) {
                continue;
            }
            String start = Files.readString(unit)
                    .lines()
                    .filter(line -> line.startsWith("ExecStart="))
                    .findFirst()
                    .orElseThrow();
            String[] arguments =
                    start.substring("ExecStart=/usr/bin/keyferry ".length()).split(" ");
            // The file of --config says the rest.
            assertThat(Commands.areTaken(arguments)).as(start).isTrue();
        }
    }

    @Test
    void everyExampleOfTheConfigurationFileIsAnOption() throws IOException {
        String uncommented = SourceFiles.text(DIRECTORY + "/dry-run.properties").replaceAll("(?m)^#([a-z])", "$1");
        Properties properties = new Properties();
        properties.load(new StringReader(uncommented));

        Set<String> options =
                requireNonNull(Main.commandLine().getSubcommands().get("migrate")).getCommandSpec().options().stream()
                        .map(option -> option.longestName().substring(2))
                        .collect(Collectors.toSet());
        assertThat(properties.stringPropertyNames())
                .contains("from", "to", "kong")
                .isSubsetOf(options);
    }

    private static List<Path> units() throws IOException {
        List<Path> units = SourceFiles.in(DIRECTORY).stream()
                .filter(file -> file.toString().matches(".*\\.(service|timer)"))
                .toList();
        assertThat(units).hasSize(4);
        return units;
    }
}
