package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.migrator.metrics.Tools;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real Prometheus scrapes a real migration, and then a verification that finds a difference; what the dashboard and
 * the alerts ask of it has answers.
 */
final class WatchedRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEDULE = "watched";
    private static final Pattern METRIC = Pattern.compile("\\b(?:keyferry|cassandra)_[a-z_]+");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-");

    private static final Set<String> LABELS =
            Set.of("schedule", "command", "step", "type", "outcome", "reason", "verdict");

    @TempDir
    private static Path directory;

    private static Instant began;
    private static Tools.Server prometheus;
    private static String source;
    private static String target;
    private static Ended migrated;
    private static Ended verified;

    @BeforeAll
    static void watch() throws Exception {
        Tools.program("prometheus");
        int port = Tools.freePort();
        Path rules = Tools.repository("docker/prometheus/keyferry-rules.yml");
        Files.writeString(directory.resolve("prometheus.yml"), """
            global:
              scrape_interval: 500ms
              scrape_timeout: 500ms
              evaluation_interval: 250ms
            rule_files: ["%s"]
            scrape_configs:
              - job_name: keyferry
                static_configs: [{targets: ["127.0.0.1:%d"]}]
            """.formatted(rules, port));
        began = Instant.now();
        prometheus = Tools.Server.start(
                directory,
                "prometheus",
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=" + directory.resolve("data"));
        source = Keyspaces.sample("watched_old", 3_000);
        target = SharedNode.freshKeyspaceName("watched_new");
        // Slow enough to be seen on the way.
        migrated = measured(port, "migrate", "--kong", "2.8", "--yes", "--in-flight", "1");
        Keyspaces.run("DELETE FROM \"" + target + "\".acls WHERE id = " + anyId(Keyspaces.row(target, "acls", "")));
        verified = measured(port, "verify");
    }

    private static Ended measured(int port, String command, String... more) {
        List<String> words = new ArrayList<>(List.of(
                command,
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(target),
                "--work-dir",
                directory.resolve(command).toString(),
                "--schedule",
                SCHEDULE,
                "--metrics-port",
                Integer.toString(port),
                "--metrics-linger",
                "60"));
        words.addAll(Arrays.asList(more));
        return keyferry(words.toArray(String[]::new));
    }

    private static String anyId(String row) throws IOException {
        return JSON.readTree(row).get("id").asText();
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (source != null) {
            Keyspaces.drop(source);
            Keyspaces.drop(target);
        }
    }

    @Test
    void theRunsWereWhatTheyAre() {
        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
        assertThat(verified.exitCode()).as(verified.err()).isEqualTo(1);
        assertThat(migrated.err())
                .contains("metrics are at http://127.0.0.1:", "waiting up to 60 s for a last scrape")
                .doesNotContain("nobody scraped");
    }

    /** Every query of the dashboard, with its panel's title. */
    static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : dashboard().get("panels")) {
            for (JsonNode query : panel.path("targets")) {
                queries.add(
                        panel.get("title").asText() + ": " + query.get("expr").asText());
            }
        }
        return queries;
    }

    private static JsonNode dashboard() throws IOException {
        return JSON.readTree(Files.readString(Tools.repository("docker/grafana/dashboards/keyferry.json")));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void everyQueryOfTheDashboardHasAnAnswer(String query) throws Exception {
        String expression = query.substring(query.indexOf(": ") + 2)
                .replace("$schedule", SCHEDULE)
                .replace("$__rate_interval", "1m");
        assertThat(expression).doesNotContain("$");

        assertThat(range(expression)).isNotEmpty();
    }

    @Test
    void aQueryWithoutAnAnswerIsSeen() throws Exception {
        assertThat(range("sum(keyferry_entities_total{schedule=\"other\"})")).isEmpty();
        assertThatThrownBy(() -> range("sum(")).isInstanceOf(IOException.class);
    }

    @Test
    void theLastValuesOfARunThatIsOverWereScraped() throws Exception {
        assertThat(last("sum(max_over_time(keyferry_run_outcome{outcome=\"equal\",command=\"migrate\"}[1h]))"))
                .isEqualTo(1);
        assertThat(last("sum(max_over_time(keyferry_entities_total{step=\"import\"}[1h]))"))
                .isEqualTo((double) written());
        assertThat(last("sum(max_over_time(keyferry_differences{verdict=\"missing\"}[1h]))"))
                .isEqualTo(1);
        assertThat(last("sum(max_over_time(keyferry_in_flight[1h]))")).isPositive();
        // The sessions were closed before the last scrape.
        for (String side : List.of("source", "target")) {
            assertThat(last("sum(max_over_time(cassandra_session_cql_requests_seconds_count{side=\"" + side
                            + "\"}[1h]))"))
                    .isGreaterThan(50);
        }
    }

    private static long written() throws IOException {
        JsonNode entities = JSON.readTree(Files.readString(directory.resolve("migrate/report.json")))
                .get("entities");
        long sum = 0;
        for (JsonNode type : entities) {
            sum += type.get("written").asLong();
        }
        return sum;
    }

    @Test
    void thereIsAnAlertOfTheDifferenceAndOfNothingElse() throws Exception {
        Awaitility.await().untilAsserted(() -> assertThat(alerts()).containsExactly("KeyferryDifferencesFound"));
    }

    private static Set<String> alerts() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : range("ALERTS{alertstate=\"firing\"}")) {
            names.add(alert.get("metric").get("alertname").asText());
        }
        return names;
    }

    @Test
    void tagsAreFewAndNeverIds() throws Exception {
        Set<String> types = new TreeSet<>();
        for (String version : List.of("2.0", "2.8")) {
            Catalog.forVersion(KongVersion.parse(version)).entityTypes().stream()
                    .map(EntityType::name)
                    .forEach(types::add);
        }
        List<String> steps = Arrays.stream(Step.values()).map(Step::label).toList();
        for (JsonNode labels : series("{__name__=~\"keyferry_.+\"}")) {
            assertThat(labels.toString()).doesNotContainPattern(ID);
            if (labels.has("type")) {
                assertThat(types).contains(labels.get("type").asText());
            }
            if (labels.has("step")) {
                assertThat(steps).contains(labels.get("step").asText());
            }
            Set<String> names = new LinkedHashSet<>();
            labels.fieldNames().forEachRemaining(names::add);
            names.removeAll(Set.of("__name__", "job", "instance"));
            assertThat(LABELS).containsAll(names);
        }
    }

    @Test
    void theDocsNameEveryMetricAndDashboardAndAlertsNameNoOther() throws Exception {
        Set<String> documented = metrics(Files.readString(Tools.repository("docs/metrics.md")));
        Set<String> scraped = new TreeSet<>();
        for (JsonNode series : series("{__name__=~\"(keyferry|cassandra)_.+\"}")) {
            scraped.add(series.get("__name__").asText());
        }

        assertThat(documented).isEqualTo(scraped);
        assertThat(documented).containsAll(metrics(dashboard().get("panels").toString()));
        assertThat(documented)
                .containsAll(metrics(Files.readString(Tools.repository("docker/prometheus/keyferry-rules.yml"))));
    }

    private static Set<String> metrics(String text) {
        Set<String> names = new TreeSet<>();
        Matcher metric = METRIC.matcher(text);
        while (metric.find()) {
            names.add(metric.group());
        }
        return names;
    }

    /** The series of a query over the time of the runs that have a value. */
    private static List<JsonNode> range(String query) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(prometheus
                .get("/api/v1/query_range?query=" + URLEncoder.encode(query, UTF_8) + "&start=" + began.getEpochSecond()
                        + "&end=" + (Instant.now().getEpochSecond() + 1) + "&step=1s")
                .body());
        if (!answer.get("status").asText().equals("success")) {
            throw new IOException(query + ": " + answer);
        }
        List<JsonNode> series = new ArrayList<>();
        answer.get("data").get("result").forEach(series::add);
        return series;
    }

    /** The labels of all series that were ever scraped. */
    private static List<JsonNode> series(String match) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(prometheus
                .get("/api/v1/series?match%5B%5D=" + URLEncoder.encode(match, UTF_8))
                .body());
        List<JsonNode> series = new ArrayList<>();
        answer.get("data").forEach(series::add);
        assertThat(series).isNotEmpty();
        return series;
    }

    /** The value of a query now. */
    private static double last(String query) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(prometheus
                .get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
                .body());
        assertThat(answer.get("data").get("result")).as(query).hasSize(1);
        return answer.get("data").get("result").get(0).get("value").get(1).asDouble();
    }
}
