package io.keyferry.migrator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;

/**
 * A Prometheus Pushgateway. Metrics go to the group {@code job="keyferry", schedule="..."}, which every push replaces
 * as a whole, so that nothing stays of the run before, except for the times of success: they are read back first.
 * Where they cannot be, the group is added to, not replaced. Used by one thread.
 */
final class Pushgateway implements Outlet {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int CLASS = 100;
    private static final int SUCCESS = 2;

    /** What to do with the group when the run is over. */
    enum Afterwards {
        KEEP,
        DELETE
    }

    private final URI base;
    private final String schedule;
    private final RunRegistry registry;
    private final RunMeters meters;
    private final Afterwards afterwards;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private String method = "";

    /**
     * Prepares to push; nothing is sent yet.
     *
     * @param base its root, perhaps with {@code user:password@}
     */
    Pushgateway(URI base, String schedule, RunRegistry registry, RunMeters meters, Afterwards afterwards) {
        this.base = requireNonNull(base, "base is null");
        this.schedule = requireNonNull(schedule, "schedule is null");
        this.registry = requireNonNull(registry, "registry is null");
        this.meters = requireNonNull(meters, "meters is null");
        this.afterwards = requireNonNull(afterwards, "afterwards is null");
    }

    @Override
    public String place() {
        return shown().toString();
    }

    /** The address without the password that may stand in it. */
    private URI shown() {
        return URI.create(base.getScheme() + "://" + base.getHost() + (base.getPort() < 0 ? "" : ":" + base.getPort())
                + base.getRawPath());
    }

    @Override
    public void put() throws IOException, InterruptedException {
        if (method.isEmpty()) {
            HttpResponse<String> before = http.send(request("/metrics").GET().build(), BodyHandlers.ofString(UTF_8));
            if (before.statusCode() == OK) {
                EarlierSuccess.of(before.body(), schedule).forEach(meters::earlierSuccess);
            }
            method = before.statusCode() == OK ? "PUT" : "POST";
        }
        require(http.send(
                request(group())
                        .header("Content-Type", RunRegistry.TEXT)
                        .method(method, BodyPublishers.ofByteArray(registry.read(RunRegistry.TEXT)))
                        .build(),
                BodyHandlers.ofString(UTF_8)));
    }

    @Override
    public void ended() throws IOException, InterruptedException {
        if (afterwards == Afterwards.DELETE) {
            require(http.send(request(group()).DELETE().build(), BodyHandlers.ofString(UTF_8)));
        }
    }

    private String group() {
        return "/metrics/job/keyferry/schedule/" + schedule;
    }

    private HttpRequest.Builder request(String path) {
        String root = shown().toString().replaceFirst("/+$", "");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).timeout(PATIENCE);
        if (base.getUserInfo() != null) {
            request.header(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(base.getUserInfo().getBytes(UTF_8)));
        }
        return request;
    }

    private static void require(HttpResponse<String> response) throws IOException {
        if (response.statusCode() / CLASS != SUCCESS) {
            throw new IOException("it answers " + response.statusCode() + ": " + firstLine(response.body()));
        }
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("nothing");
    }
}
