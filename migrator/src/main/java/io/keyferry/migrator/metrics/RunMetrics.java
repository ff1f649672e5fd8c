package io.keyferry.migrator.metrics;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.listen.TransferListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one run and where they go, from {@link #begin} to {@link #close}. Nothing that fails here ends a run:
 * it warns. Thread-safe as far as listening goes; the rest is for the run's thread.
 */
public final class RunMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunMetrics.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    /** A run that is stopped has twenty seconds to end; a Pushgateway that does not answer must not take them all. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /**
     * What is measured, and where that goes.
     *
     * @param schedule what dashboards know the run by; letters, digits, dots, dashes and underscores
     * @param outcomes how runs can end
     * @param port where Prometheus scrapes; port 0 takes a free one
     * @param linger how long to wait at the end for a last scrape
     * @param push the root of a Pushgateway, perhaps with {@code user:password@}
     * @param deletePushed whether the group is deleted from the Pushgateway in the end, after {@code linger}
     * @param file for the textfile collector of node_exporter
     */
    public record Settings(
            String command,
            String schedule,
            List<String> outcomes,
            Optional<InetSocketAddress> port,
            Duration linger,
            Optional<URI> push,
            boolean deletePushed,
            Optional<Path> file,
            Clock clock) {}

    private final Duration linger;
    private final boolean deletePushed;
    private final RunRegistry registry;
    private final RunMeters meters;
    private final Optional<ScrapeServer> server;
    private final List<Outlet> outlets = new ArrayList<>();
    private final Set<Outlet> failing = new HashSet<>();
    private final ScheduledExecutorService putting = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-metrics");
        thread.setDaemon(true);
        return thread;
    });
    private boolean ended;

    private RunMetrics(Settings settings) {
        requireNonNull(settings, "settings is null");
        linger = settings.linger();
        deletePushed = settings.deletePushed();
        registry = new RunRegistry(settings.schedule());
        meters = new RunMeters(registry, settings.command(), settings.outcomes(), settings.clock());
        settings.file().ifPresent(file -> outlets.add(new TextFile(file, settings.schedule(), registry, meters)));
        settings.push()
                .ifPresent(gateway -> outlets.add(new Pushgateway(
                        gateway,
                        settings.schedule(),
                        registry,
                        meters,
                        deletePushed ? Pushgateway.Afterwards.DELETE : Pushgateway.Afterwards.KEEP)));
        server = settings.port().flatMap(this::serve);
        if (!outlets.isEmpty()) {
            var unused = putting.scheduleAtFixedRate(this::put, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Begins to measure and to publish. */
    public static RunMetrics begin(Settings settings) {
        return new RunMetrics(settings);
    }

    private Optional<ScrapeServer> serve(InetSocketAddress address) {
        try {
            ScrapeServer opened = new ScrapeServer(address, registry);
            LOG.info("metrics are at {}", opened.url());
            return Optional.of(opened);
        } catch (IOException e) {
            LOG.warn(
                    "metrics cannot be scraped: {}:{} cannot be listened on: {}",
                    address.getHostString(),
                    address.getPort(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** What the run tells of itself goes here. */
    public TransferListener listener() {
        return meters;
    }

    /** Where the driver counts what it does: a registry of Micrometer. */
    public Object registry() {
        return registry;
    }

    /** Publishes how the run ended. Of several calls the first counts. */
    public void ended(Ending ending) {
        if (ended) {
            return;
        }
        ended = true;
        meters.ended(ending);
        server.ifPresent(ScrapeServer::over);
        await(this::put);
    }

    private void put() {
        for (Outlet outlet : outlets) {
            attempt(outlet, outlet::put);
        }
    }

    private interface Putting {
        void put() throws IOException, InterruptedException;
    }

    /** The first of several failures is told, and so is their end. */
    private void attempt(Outlet outlet, Putting doing) {
        try {
            doing.put();
            if (failing.remove(outlet)) {
                LOG.info("metrics can be put to {} again", outlet.place());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (failing.add(outlet)) {
                LOG.warn("metrics cannot be put to {}: {}", outlet.place(), reason(e));
            }
        }
    }

    private static String reason(Exception failure) {
        String name = failure.getClass().getSimpleName().replaceFirst("Exception$", "");
        return failure.getMessage() == null ? name : name + ", " + failure.getMessage();
    }

    /** Does it on the thread that publishes, and waits, but not for ever. An interrupt is kept for later. */
    private void await(Runnable work) {
        if (outlets.isEmpty()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            putting.submit(work).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (TimeoutException e) {
            LOG.warn("the last metrics could not be put within {} s", PATIENCE.toSeconds());
        } catch (ExecutionException e) {
            LOG.warn("the last metrics could not be put: {}", String.valueOf(e.getCause()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for the last scrape, as long as the settings say, and stops publishing. Idempotent. */
    @Override
    public void close() {
        if (putting.isShutdown()) {
            return;
        }
        try {
            lingerOn();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (deletePushed) {
            await(() -> outlets.forEach(outlet -> attempt(outlet, outlet::ended)));
        }
        putting.shutdownNow();
        server.ifPresent(ScrapeServer::close);
        registry.close();
    }

    private void lingerOn() throws InterruptedException {
        if (linger.isZero()) {
            return;
        }
        if (server.isPresent()) {
            LOG.info(
                    "waiting up to {} s for a last scrape of {}",
                    linger.toSeconds(),
                    server.get().url());
            if (!server.get().awaitLast(linger)) {
                LOG.warn("nobody scraped the last metrics within {} s", linger.toSeconds());
            }
        } else if (deletePushed) {
            LOG.info("waiting {} s before the pushed metrics are deleted", linger.toSeconds());
            TimeUnit.MILLISECONDS.sleep(linger.toMillis());
        }
    }
}
