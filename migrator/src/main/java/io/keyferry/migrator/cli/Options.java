package io.keyferry.migrator.cli;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Which command has which of the shared options, and how its help arranges them. An option that a command has no use
 * for is an unknown option there, not one that is silently ignored.
 */
final class Options {
    private static final int WIDTH = 100;
    private static final int COLUMN = 30;

    private static final Set<String> OF_WRITING = Set.of("--in-flight", "--write-consistency", "--allow-rf1");
    private static final Set<String> OF_READING =
            Set.of("--from-kong", "--parallelism", "--read-consistency", "--with", "--without", "--workspace");

    private static final Set<String> OF_PACE = Set.of("--rate", "--max-latency", "--full-speed");

    private static final Set<String> OF_READING_ALL = Set.of("--from-kong", "--parallelism", "--with", "--without");

    private static final Set<String> OF_SCARS =
            Set.of("--orphans", "--strays", "--duplicates", "--broken", "--extra-columns", "--default-workspace");

    private static final Set<String> OF_PROOF = Set.of("--paranoid", "--verify");

    /** What the shared options hold and a command does not need. */
    private static final Map<String, List<Set<String>>> UNUSED = Map.of(
            "plan",
            List.of(OF_PROOF, Set.of("--in-flight", "--write-consistency", "--style", "--resume")),
            "migrate",
            List.of(),
            "rehearse",
            List.of(Set.of("--into-existing", "--allow-rf1", "--write-consistency", "--resume")),
            "bootstrap",
            List.of(
                    OF_READING,
                    OF_SCARS,
                    OF_PACE,
                    OF_PROOF,
                    Set.of("--in-flight", "--into-existing", "--style", "--work-dir", "--sign-key", "--resume")),
            "export",
            List.of(OF_WRITING, OF_SCARS, OF_PROOF, Set.of("--into-existing", "--sign-key")),
            "import",
            List.of(
                    OF_SCARS,
                    OF_PROOF,
                    Set.of("--with", "--without", "--workspace", "--style", "--allow-rf1", "--parallelism")),
            "verify",
            List.of(OF_WRITING, Set.of("--into-existing", "--style", "--verify", "--resume")),
            "doctor",
            List.of(
                    OF_READING_ALL,
                    OF_SCARS,
                    OF_PACE,
                    OF_PROOF,
                    Set.of(
                            "--in-flight",
                            "--into-existing",
                            "--style",
                            "--allow-rf1",
                            "--plugins",
                            "--sign-key",
                            "--resume")),
            "status",
            List.of(),
            "sample",
            List.of(Set.of("--dry-run", "--resume")));

    /** The same of what looks at versions, or at what a run has left. */
    private static final Map<String, List<Set<String>>> UNUSED_BESIDES = Map.of(
            "path",
            List.of(),
            "verify-report",
            List.of(),
            "repair",
            List.of(
                    OF_PACE,
                    Set.of("--style", "--into-existing", "--allow-rf1", "--in-flight", "--dry-run", "--resume")));

    private static final String PLACE = """

        PLACE is a kong.conf, or a URI:
          cassandra://HOST[:PORT],HOST/KEYSPACE?datacenter=DC&replication=DC:3&username=USER&tls=true
        A password is never an argument. It comes from the kong.conf, a password file or the environment, or
        it is asked for.
        """;

    private static final Map<String, List<String>> HEADINGS = headings();

    private Options() {}

    private static Map<String, List<String>> headings() {
        Map<String, List<String>> headings = new LinkedHashMap<>();
        headings.put(
                "Where",
                List.of(
                        "--from",
                        "--from-password-file",
                        "--from-env",
                        "--report",
                        "--undo",
                        "--to",
                        "--to-password-file",
                        "--to-env",
                        "--kong",
                        "--from-kong",
                        "--topology",
                        "--nginx-template"));
        headings.put(
                "What",
                List.of(
                        "--entities",
                        "--with",
                        "--without",
                        "--workspace",
                        "--plugins",
                        "--into-existing",
                        "--allow-rf1",
                        "--delete-extra"));
        headings.put(
                "What is odd in the old keyspace",
                List.of("--orphans", "--strays", "--duplicates", "--broken", "--extra-columns", "--default-workspace"));
        headings.put(
                "How",
                List.of(
                        "--execute",
                        "--yes",
                        "--dry-run",
                        "--undo",
                        "--parallelism",
                        "--in-flight",
                        "--rate",
                        "--max-latency",
                        "--full-speed",
                        "--give-up-after",
                        "--read-consistency",
                        "--write-consistency",
                        "--style",
                        "--verify",
                        "--paranoid",
                        "--keep"));
        headings.put(
                "Metrics",
                List.of(
                        "--schedule",
                        "--metrics-port",
                        "--metrics-push",
                        "--metrics-push-after",
                        "--metrics-file",
                        "--metrics-linger"));
        headings.put(
                "Output and help",
                List.of(
                        "--work-dir",
                        "--resume",
                        "--sign-key",
                        "--key",
                        "--json",
                        "--quiet",
                        "--log-format",
                        "--config",
                        "--help",
                        "--version"));
        return headings;
    }

    static void arrange(CommandLine top) {
        top.setUsageHelpWidth(WIDTH);
        top.setUsageHelpAutoWidth(true);
        top.setUsageHelpLongOptionsMaxWidth(COLUMN);
        top.getSubcommands().forEach((name, command) -> {
            if (!(command.getCommand() instanceof CommandLine.HelpCommand)) {
                arrange(command, requireNonNull(UNUSED.getOrDefault(name, UNUSED_BESIDES.get(name)), name));
            }
        });
    }

    private static void arrange(CommandLine command, List<Set<String>> unused) {
        unused.forEach(options -> options.forEach(option -> remove(command.getCommandSpec(), option)));
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, Options::help);
    }

    private static void remove(CommandSpec command, String name) {
        OptionSpec option = command.findOption(name);
        if (option != null) {
            command.remove(option);
        }
    }

    private static String help(Help help) {
        CommandSpec command = help.commandSpec();
        StringBuilder text = new StringBuilder();
        HEADINGS.forEach((heading, names) -> {
            List<OptionSpec> options = names.stream()
                    .map(command::findOption)
                    .filter(Objects::nonNull)
                    .toList();
            if (!options.isEmpty()) {
                Help.Layout layout = help.createDefaultLayout(command.options(), List.of(), help.colorScheme());
                options.forEach(option -> layout.addOption(option, help.parameterLabelRenderer()));
                text.append("\n").append(heading).append(":\n").append(layout);
            }
        });
        if (command.findOption("--from") != null || command.findOption("--to") != null) {
            text.append(PLACE);
        }
        return text.toString();
    }
}
