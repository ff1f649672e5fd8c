package io.keyferry.migrator.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top command. Does nothing by itself: it holds the commands, the help and the version. */
@Command(
        name = "keyferry",
        description = "Moves a Kong Gateway keyspace from one Cassandra keyspace to another,"
                + " and proves that nothing was lost.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "'keyferry rehearse' shows all of it on a sample. 'keyferry help migrate' tells about one command.",
            "Every option can also stand in a file (--config FILE), or in the environment: KEYFERRY_WORK_DIR for",
            "--work-dir.",
            "",
            "Exit codes:",
            "  0    done, and equal where the command verifies",
            "  1    different, or rows of the source changed meanwhile",
            "  2    usage, configuration, a file that cannot be read or written",
            "  3    the source cannot be reached or read",
            "  4    the target cannot be reached or written",
            "  5    refused, nothing was written",
            "  6    in use by another run, or not the run that is to be resumed",
            "  70   a defect of Keyferry",
            "  130  stopped by a signal; can be resumed"
        },
        versionProvider = Version.class)
final class Keyferry implements Runnable {
    /** What it holds, in the help's order. */
    static final List<Class<?>> COMMANDS = List.of(
            PlanCommand.class,
            MigrateCommand.class,
            RehearseCommand.class,
            BootstrapCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            VerifyCommand.class,
            VerifyReportCommand.class,
            RepairCommand.class,
            PathCommand.class,
            DoctorCommand.class,
            SampleCommand.class,
            StatusCommand.class,
            CommandLine.HelpCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name a command: "
                        + spec.subcommands().entrySet().stream()
                                .filter(command -> !command.getValue()
                                        .getCommandSpec()
                                        .usageMessage()
                                        .hidden())
                                .map(Map.Entry::getKey)
                                .collect(Collectors.joining(", ")));
    }
}
