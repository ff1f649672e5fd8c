package io.keyferry.migrator.cli;

import ch.qos.logback.classic.Level;
import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.plan.Plan;
import io.keyferry.migrator.progress.ProgressBars;
import io.keyferry.migrator.progress.ProgressLog;
import io.keyferry.migrator.run.RunContext;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.WorkDirectory;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.ReportJson;
import io.keyferry.verifier.report.SigningKey;
import io.keyferry.verifier.report.TextSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options on what is said and where things are put. Results go to stdout, everything else to stderr. */
final class OutputOptions {
    private static final String RUNS = "keyferry-runs";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the result as one JSON document on stdout")
    private boolean json;

    @Option(names = "--quiet", description = "Say nothing on stderr but warnings and errors")
    private boolean quiet;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How stderr looks; json: one object a line (default: ${DEFAULT-VALUE})")
    private String logFormat = "";

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "A new directory for the files of this run (default: " + RUNS + "/<UTC>-<command>)")
    private @Nullable Path workDirectory;

    @Option(
            names = "--sign-key",
            paramLabel = "FILE",
            description =
                    "Sign report.json with this Ed25519 key (PEM, as 'openssl genpkey -algorithm ed25519' makes it);"
                            + " 'keyferry verify-report' checks it")
    private @Nullable Path signKey;

    @Option(
            names = "--resume",
            description = "Go on with the run in --work-dir, where it ended; other options need not be repeated")
    private boolean resume;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Properties file with options, such as parallelism = 2; the environment (KEYFERRY_PARALLELISM)"
                            + " goes over it, arguments over both")
    @SuppressWarnings("unused") // Defaults reads it before anything else is understood
    private @Nullable Path config;

    /** Prepares the log; to be called before anything is done. */
    void configureLog() {
        Logging.configure(quiet ? Level.WARN : Level.INFO, logFormat);
    }

    boolean json() {
        return json;
    }

    /** Where work directories go, for a command that has none. */
    Path runs() {
        return workDirectory == null ? Path.of(RUNS) : workDirectory;
    }

    /** Whether a work directory was named. */
    boolean hasWorkDirectory() {
        return workDirectory != null;
    }

    /**
     * The directory of the run: a new one, or the one to go on with. It is not begun with a key that is unfit.
     *
     * @throws KeyferryException (USAGE, LOCKED) when it cannot be had
     */
    WorkDirectory workDirectory() {
        Optional<SigningKey> unused = signing();
        if (resume) {
            return WorkDirectory.resume(resumed());
        }
        return workDirectory == null
                ? WorkDirectory.below(
                        Path.of(RUNS), spec.name(), Clock.systemUTC().instant())
                : WorkDirectory.at(workDirectory);
    }

    /** For a command that has no work directory unless one is named. */
    void requireNoResume() {
        if (resume) {
            resumed();
        }
    }

    private Path resumed() {
        if (workDirectory == null) {
            throw KeyferryException.usage("--resume goes on with the run of a work directory: name it with --work-dir"
                    + " (those of earlier runs are in " + RUNS + ")");
        }
        return workDirectory;
    }

    /** Says that a run has nothing left to do, and returns the exit code of its end; empty when there is. */
    Optional<Integer> finished(WorkDirectory work) throws IOException {
        Optional<Outcome> outcome = work.finalOutcome();
        if (outcome.isEmpty()) {
            return Optional.empty();
        }
        if (json && Files.exists(work.file("report.json"))) {
            Files.copy(work.file("report.json"), System.out);
            System.out.flush();
        }
        Logging.say("Nothing is left to resume: the run in " + work.path() + " has ended, "
                + outcome.get().label() + ".");
        return Optional.of(ExitCode.DONE.code());
    }

    /** What surrounds a run: options without secrets, who runs it, who listens. */
    RunContext context(TransferListener listener, Predicate<Plan> consent) {
        return context(listener, new Connector(), consent);
    }

    /** The same, with connections that are perhaps measured. */
    RunContext context(TransferListener listener, Connector connector, Predicate<Plan> consent) {
        return new RunContext(
                spec.name(),
                options(),
                Version.number(),
                who(),
                Clock.systemUTC(),
                listener,
                connector,
                consent,
                signing());
    }

    private Optional<SigningKey> signing() {
        return Optional.ofNullable(signKey).map(SigningKey::read);
    }

    /** Typed ones as they were typed, and those of the environment and the file. */
    private Map<String, String> options() {
        Set<OptionSpec> typed = spec.commandLine().getParseResult().matchedOptionsSet();
        Map<String, String> options = new TreeMap<>(Defaults.effective(spec.commandLine(), typed));
        for (OptionSpec option : typed) {
            String value = String.join(",", option.originalStringValues());
            options.put(option.longestName(), value.isEmpty() ? "true" : value);
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            Object value = parameter.getValue();
            if (value != null) {
                options.put(parameter.paramLabel(), value.toString());
            }
        }
        return options;
    }

    static String who() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown";
        }
        return System.getProperty("user.name", "unknown") + "@" + host;
    }

    /** Bars on a terminal, else a line every ten seconds; nothing when quiet. To be closed. */
    Listening listening() {
        if (quiet) {
            return new Listening(TransferListener.NONE, () -> {});
        }
        if (Terminal.showsErrors() && Terminal.canDraw() && !Logging.isJson()) {
            ProgressBars bars = new ProgressBars(System.err);
            return new Listening(bars, bars);
        }
        ProgressLog log = new ProgressLog();
        return new Listening(log, log);
    }

    /** A listener and how to end it. */
    record Listening(TransferListener listener, AutoCloseable ending) implements AutoCloseable {
        @Override
        public void close() {
            try {
                ending.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Shows the plan, and goes on. */
    static boolean show(Plan plan) {
        Logging.say(PlanText.of(plan));
        return true;
    }

    /** Prints the report on stdout, and a failure on stderr. */
    ExitCode print(RunResult result, WorkDirectory work) {
        if (json) {
            try {
                ReportJson.write(result.report(), System.out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        } else if (result.report().command().equals(PlanCommand.NAME)) {
            if (result.failure().isPresent()) {
                result.report().warnings().forEach(warning -> System.out.println("Warning: " + warning));
            }
            System.out.print(TextSummary.ending(result.report())); // The plan says the rest.
        } else {
            System.out.print(TextSummary.of(result.report()));
        }
        System.out.flush();
        result.failure().map(KeyferryException::getMessage).ifPresent(Logging::error);
        Logging.say("Files of this run: " + work.path());
        return ExitCode.of(result);
    }
}
