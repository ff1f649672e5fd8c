package io.keyferry.migrator.cli;

import io.keyferry.migrator.run.RunStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keyferry status}. */
@Command(
        name = "status",
        customSynopsis = "keyferry status DIR [--watch] [--json]",
        description = "Says where a run stands, alive or dead. Reads its work directory and nothing else.",
        footer = {
            "",
            "Examples:",
            "  keyferry status keyferry-runs/20261125T020000Z-migrate --watch",
            "  keyferry status keyferry-runs/20261125T020000Z-migrate --json"
        })
final class StatusCommand implements Callable<Integer> {
    private static final long PAUSE_MILLIS = 2_000;
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Parameters(paramLabel = "DIR", description = "The work directory of the run")
    private Path directory = Path.of(".");

    @Option(names = "--watch", description = "Again every two seconds until no process works on the run")
    private boolean watch;

    @Option(names = "--json", description = "Print the result as one JSON document on stdout, with --watch one a line")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        RunStatus status = show();
        while (watch && status.alive()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            status = show();
        }
        return ExitCode.DONE.code();
    }

    private RunStatus show() {
        RunStatus status = RunStatus.read(directory, Clock.systemUTC().instant());
        if (json) {
            System.out.println(watch ? StatusText.line(status) : StatusText.json(status));
        } else {
            System.out.print((watch && Terminal.isThere() ? CLEAR : "") + StatusText.of(status));
        }
        System.out.flush();
        return status;
    }
}
