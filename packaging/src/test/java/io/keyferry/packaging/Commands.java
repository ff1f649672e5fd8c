package io.keyferry.packaging;

import io.keyferry.migrator.cli.Main;
import picocli.CommandLine;

/** Parses command lines as Keyferry does, without running them. */
final class Commands {
    private Commands() {}

    /**
     * Takes arguments apart; places and versions that are not among them count as given by a configuration file.
     *
     * @throws picocli.CommandLine.ParameterException when Keyferry would not take them
     */
    static boolean areTaken(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setDefaultValueProvider(argument -> argument.paramLabel().matches("PLACE|VERSION") ? "2.8" : null);
        return commandLine.parseArgs(arguments).hasSubcommand();
    }
}
