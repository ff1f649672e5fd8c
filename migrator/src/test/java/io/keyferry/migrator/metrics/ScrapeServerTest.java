package io.keyferry.migrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScrapeServerTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final RunRegistry registry = new RunRegistry("nightly");
    private ScrapeServer server;

    @BeforeEach
    void start() throws IOException {
        registry.counter("keyferry.retries", "reason", "ReadTimeout").increment();
        server = new ScrapeServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), registry);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url()).resolve(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void answersInTheTextFormat() throws Exception {
        HttpResponse<String> answer = send("GET", "/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(RunRegistry.TEXT);
        assertThat(answer.body())
                .contains("keyferry_retries_total{reason=\"ReadTimeout\",schedule=\"nightly\"} 1.0")
                .doesNotContain("# EOF");
    }

    @Test
    void answersInOpenMetricsWhereThatIsAsked() throws Exception {
        // As Prometheus 2.42 asks.
        HttpResponse<String> answer = send(
                "GET",
                "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1");

        assertThat(answer.headers().firstValue("Content-Type")).contains(RunRegistry.OPEN_METRICS);
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*                                                        | text/plain",
                "text/plain                                                 | text/plain",
                "application/openmetrics-text; q=0.2, text/plain; q=0.8      | text/plain",
                "application/openmetrics-text; q=0                          | text/plain",
                "application/openmetrics-text; q=x                          | text/plain",
                "TEXT/*;q=0.1, Application/OpenMetrics-Text;q=0.2           | application/openmetrics-text",
                "application/vnd.google.protobuf;proto=x, application/openmetrics-text;version=1.0.0"
                        + "                                                 | application/openmetrics-text",
            })
    void choosesTheFormatThatIsWantedMost(String accept, String format) {
        assertThat(ScrapeServer.format(List.of(accept))).startsWith(format + ";");
    }

    @Test
    void hasNothingElseAndChangesNothing() throws Exception {
        assertThat(send("GET", "/").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/metrics/x").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
        assertThat(send("HEAD", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void isOfThisMachineOnly() {
        assertThat(server.url()).startsWith("http://127.0.0.1:");
    }

    @Test
    void onlyAScrapeAfterTheEndIsALastOne() throws Exception {
        send("GET", "/metrics");
        server.over();
        assertThat(server.awaitLast(Duration.ofMillis(50))).isFalse();

        send("GET", "/favicon.ico");
        assertThat(server.awaitLast(Duration.ofMillis(50))).isFalse();

        send("GET", "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "0");
        assertThat(server.awaitLast(Duration.ofMillis(50))).isFalse();

        send("GET", "/metrics");
        assertThat(server.awaitLast(Duration.ofSeconds(10))).isTrue();
    }
}
