package io.keyferry.packaging;

import static java.util.Objects.requireNonNull;

import io.keyferry.migrator.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes, from the command line's own options: {@code adoc/keyferry*.1.adoc}, the man pages in AsciiDoc, one a command;
 * {@code completion/keyferry.bash} and {@code completion/_keyferry} for zsh. The same options give the same files.
 */
public final class Handbook {
    private static final String SECTION = "1";

    private final CommandLine commandLine;
    private final String version;

    /**
     * Prepares to write.
     *
     * @param commandLine whose headings and footers are changed for the pages: nothing else may use it
     * @param version that the pages name
     */
    Handbook(CommandLine commandLine, String version) {
        this.commandLine = requireNonNull(commandLine, "commandLine is null");
        this.version = requireNonNull(version, "version is null");
    }

    /** Writes into the directory that the first argument names, for the version that the second one names. */
    public static void main(String[] args) throws IOException {
        new Handbook(Main.commandLine(), args[1]).write(Path.of(args[0]));
    }

    void write(Path directory) throws IOException {
        Path pages = Files.createDirectories(directory.resolve("adoc"));
        for (CommandLine command : commands()) {
            CommandSpec spec = command.getCommandSpec();
            Path page = pages.resolve(spec.qualifiedName("-") + "." + SECTION + ".adoc");
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(page, StandardCharsets.UTF_8))) {
                String ending = ending(spec.usageMessage().footer());
                ManPageGenerator.writeSingleManPage(writer, withoutEnding(spec));
                writer.write(ending);
            }
        }
        Path completion = Files.createDirectories(directory.resolve("completion"));
        String name = commandLine.getCommandName();
        Files.writeString(completion.resolve(name + ".bash"), AutoComplete.bash(name, commandLine));
        Files.writeString(completion.resolve("_" + name), new ZshCompletion(commandLine).script());
    }

    /** The top command and all others that help tells of, but for help itself. */
    List<CommandLine> commands() {
        return Stream.concat(
                        Stream.of(commandLine),
                        commandLine.getSubcommands().values().stream()
                                .filter(command ->
                                        !command.getCommandSpec().usageMessage().hidden())
                                .filter(command -> !command.getCommandName().equals("help")))
                .toList();
    }

    /** The page but for what the help shows at its end, which {@link #ending} writes: its lines must stay as they are. */
    private CommandSpec withoutEnding(CommandSpec spec) {
        spec.versionProvider(null).version("keyferry " + version);
        spec.usageMessage().footer(new String[0]);
        return spec;
    }

    private static String ending(String[] footer) {
        return footer.length == 0
                ? ""
                : "\n== Notes and examples\n\n....\n"
                        + String.join("\n", footer).strip() + "\n....\n";
    }
}
