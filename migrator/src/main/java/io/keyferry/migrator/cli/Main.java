package io.keyferry.migrator.cli;

import ch.qos.logback.classic.Level;
import io.keyferry.keyspace.problem.KeyferryException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Where the process starts: runs the command line and ends with its exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Stop stop = Stop.onSignals(Thread.currentThread());
        System.exit(stop.code(run(System.getenv(), args)));
    }

    /** Runs a command line and returns its exit code. */
    static int run(Map<String, String> environment, String... args) {
        Logging.configure(Level.INFO, "text");
        QuickCompiler.chooseWhereWanted();
        try {
            CommandLine commandLine = commandLine(args);
            commandLine.setDefaultValueProvider(Defaults.of(environment, args, Main::commandLine));
            return commandLine.execute(args);
        } catch (KeyferryException e) {
            return failure(e);
        }
    }

    /** The command line, complete but for the defaults that come from outside. */
    public static CommandLine commandLine() {
        return commandLine(Keyferry.COMMANDS);
    }

    /** The same with the one command that the arguments begin with, since making all of them takes a tenth of a second. */
    private static CommandLine commandLine(String[] args) {
        List<Class<?>> named = Keyferry.COMMANDS.stream()
                .filter(command -> command != CommandLine.HelpCommand.class)
                .filter(command -> args.length > 0
                        && command.getAnnotation(CommandLine.Command.class)
                                .name()
                                .equals(args[0]))
                .toList();
        return named.isEmpty() ? commandLine() : commandLine(named);
    }

    private static CommandLine commandLine(List<Class<?>> commands) {
        CommandLine commandLine = new CommandLine(new Keyferry());
        commands.forEach(commandLine::addSubcommand);
        commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::usageError)
                .setExecutionExceptionHandler((thrown, failed, parsed) -> failure(thrown));
        Options.arrange(commandLine);
        return commandLine;
    }

    private static int usageError(ParameterException e, String[] args) {
        CommandLine commandLine = e.getCommandLine();
        Logging.error(message(e) + origin(e).map(where -> " (" + where + ")").orElse(""));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, commandLine.getErr())) {
            commandLine.getErr().println("See '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
        }
        commandLine.getErr().flush();
        return ExitCode.USAGE.code();
    }

    private static String message(ParameterException e) {
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            boolean top = e.getCommandLine().getParent() == null;
            return (top ? "there is no command '" : "too many arguments, beginning with '")
                    + unmatched.getUnmatched().get(0) + "'";
        }
        return String.valueOf(e.getMessage());
    }

    /** Where a value comes from that cannot be used, unless it is an argument. */
    private static Optional<String> origin(ParameterException e) {
        if (e.getArgSpec() instanceof OptionSpec option
                && e.getCommandLine().getDefaultValueProvider() instanceof Defaults defaults) {
            return defaults.find(option)
                    .filter(setting -> setting.value().equals(e.getValue()))
                    .map(Defaults.Setting::where);
        }
        return Optional.empty();
    }

    private static int failure(Exception thrown) {
        if (thrown instanceof KeyferryException known) {
            Logging.error(String.valueOf(known.getMessage()));
            return ExitCode.of(known).code();
        }
        if (thrown instanceof UncheckedIOException disk) {
            Logging.error(disk.getMessage() + ": " + disk.getCause());
            return ExitCode.USAGE.code();
        }
        Logging.error("this is a defect of Keyferry, please report it: " + thrown
                + java.util.Arrays.stream(thrown.getStackTrace())
                        .map(frame -> "\n    at " + frame)
                        .collect(Collectors.joining()));
        return ExitCode.INTERNAL.code();
    }
}
