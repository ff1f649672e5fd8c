package io.keyferry.migrator.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * What SIGINT, SIGTERM and SIGHUP do: the first interrupts the main thread, which closes what it opened, writes its
 * report and ends; a second one ends at once, and so does patience. Thread-safe.
 *
 * <p>Signals are handled before the JVM begins to shut down: its shutdown hooks run all at once, and one of them would
 * end the embedded Cassandra under a run that is still closing.
 */
final class Stop {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Thread main;
    private final AtomicBoolean asked = new AtomicBoolean();

    private Stop(Thread main) {
        this.main = main;
    }

    static Stop onSignals(Thread main) {
        Stop stop = new Stop(main);
        for (String signal : new String[] {"INT", "TERM", "HUP"}) {
            Signals.register(signal, stop::ask);
        }
        return stop;
    }

    /** The exit code of a command that was perhaps stopped: what was done before the stop is done. */
    int code(int ended) {
        boolean done = ended == ExitCode.DONE.code() || ended == ExitCode.DIFFERENT.code();
        return asked.get() && !done ? ExitCode.INTERRUPTED.code() : ended;
    }

    private void ask() {
        if (asked.getAndSet(true)) {
            System.exit(ExitCode.INTERRUPTED.code());
        }
        Logging.say("Stopping. Ctrl-C or a second signal ends at once.");
        main.interrupt();
        Thread impatience = new Thread(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(PATIENCE.toSeconds());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Logging.error("not everything could be closed within " + PATIENCE.toSeconds() + " s");
                    System.exit(ExitCode.INTERRUPTED.code());
                },
                "keyferry-impatience");
        impatience.setDaemon(true);
        impatience.start();
    }
}
