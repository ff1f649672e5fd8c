package io.keyferry.migrator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers Prometheus at {@code /metrics}, in its text format or in OpenMetrics, whichever is asked for. Thread-safe.
 */
final class ScrapeServer implements AutoCloseable {
    private static final String PATH = "/metrics";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int NO_BODY = -1;
    private static final double NANOS_PER_SECOND = 1e9;

    private final RunRegistry registry;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "keyferry-metrics-port");
        thread.setDaemon(true);
        return thread;
    });
    /** Scrapes that began after the end of the run, and were answered in time. */
    private final Semaphore last = new Semaphore(0);

    private volatile boolean over;

    /**
     * Begins to answer.
     *
     * @param address port 0 takes a free one
     * @throws IOException when the port cannot be had
     */
    ScrapeServer(InetSocketAddress address, RunRegistry registry) throws IOException {
        this.registry = requireNonNull(registry, "registry is null");
        server = HttpServer.create(address, 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** Where it answers. */
    String url() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + PATH;
    }

    private void answer(HttpExchange exchange) throws IOException {
        long began = System.nanoTime();
        try (exchange) {
            boolean afterTheEnd = over;
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                say(exchange, NOT_FOUND, "Metrics are at " + PATH + "\n");
                return;
            }
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                say(exchange, NOT_ALLOWED, "Metrics can be read only\n");
                return;
            }
            String format = format(exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
            exchange.getResponseHeaders().set("Content-Type", format);
            if (method.equals("HEAD")) {
                exchange.sendResponseHeaders(OK, NO_BODY);
                return;
            }
            byte[] text = registry.read(format);
            exchange.sendResponseHeaders(OK, text.length);
            exchange.getResponseBody().write(text);
            double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
            if (afterTheEnd && seconds < patience(exchange)) {
                last.release();
            }
        }
    }

    /** How many seconds a Prometheus waits for our answer, as it tells; what comes later is dropped. */
    private static double patience(HttpExchange exchange) {
        @Nullable String told = exchange.getRequestHeaders().getFirst("X-Prometheus-Scrape-Timeout-Seconds");
        try {
            return told == null ? Double.POSITIVE_INFINITY : Double.parseDouble(told);
        } catch (NumberFormatException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private static void say(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** OpenMetrics where it is asked for at least as much as text is, else text. */
    static String format(List<String> accept) {
        double openMetrics = -1;
        double text = -1;
        for (String range : String.join(",", accept).toLowerCase(Locale.ROOT).split(",", -1)) {
            String type = range.replaceFirst(";.*", "").strip();
            if (type.equals("application/openmetrics-text")) {
                openMetrics = Math.max(openMetrics, quality(range));
            } else if (type.equals("text/plain") || type.equals("text/*")) {
                text = Math.max(text, quality(range));
            }
        }
        return openMetrics > 0 && openMetrics >= text ? RunRegistry.OPEN_METRICS : RunRegistry.TEXT;
    }

    private static double quality(String range) {
        for (String parameter : range.split(";", -1)) {
            if (parameter.strip().startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.strip().substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }

    /** The run is over: scrapes that begin from now on are last ones. */
    void over() {
        over = true;
    }

    /** Waits for a scrape that begins after the end of the run and is answered in time, so that its last values are seen. */
    boolean awaitLast(Duration most) throws InterruptedException {
        return last.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
