package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is judged before anything is written. */
final class ImportTest {
    @TempDir
    private Path directory;

    @Test
    void pluginsOfDifferentServicesAreNotOneWhereServicesAreNamed() throws IOException {
        assertThat(check("""
                _format_version: "2.1"
                services:
                - {name: one, host: h}
                - {name: two, host: h}
                plugins:
                - {name: cors, service: one}
                - {name: cors, service: two}
                - {name: cors}
                """).total()).isEqualTo(5);
    }

    @Test
    void aPluginIsFoundTwiceHoweverItsServiceIsReferredTo() {
        assertThatThrownBy(() -> check("""
                _format_version: "2.1"
                services:
                - {name: one, host: h, id: 2254ba65-245b-5b72-a0b8-7341d45f5e77}
                plugins:
                - {name: cors, service: one}
                - {name: cors, service: 2254ba65-245b-5b72-a0b8-7341d45f5e77, id: 11111111-1111-4111-8111-111111111111}
                """))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("lines 5, 6: plugins: the combination of name, route, service, consumer");
    }

    @Test
    void namesTheLineOfACertificateThatIsNone() {
        assertThatThrownBy(() -> check("""
                _format_version: "2.1"
                ca_certificates:
                - {cert: nothing}
                """))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("kong.yml:3: ca_certificates")
                .hasMessageContaining("field 'cert'");
    }

    @Test
    void earlierStatesOfATargetAreNoDuplicates() throws IOException {
        assertThat(check("""
                _format_version: "2.1"
                upstreams:
                - name: up
                targets:
                - {upstream: up, target: "h:80", created_at: 10, id: 11111111-1111-4111-8111-111111111111}
                - {upstream: up, target: "h:80", created_at: 20, id: 11111111-1111-4111-8111-111111111112}
                """).total()).isEqualTo(3);
    }

    @Test
    void whatTheTargetsVersionForbidsIsRefusedByName() {
        String document = """
                _format_version: "2.1"
                upstreams:
                - name: up
                  healthchecks: {active: {healthy: {successes: 300}}}
                """;
        assertThatThrownBy(() -> check(document, "2.3", Optional.of(KongVersion.parse("2.2"))))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("upstreams 'up'")
                .hasMessageContaining(
                        "in Kong 2.3: field 'healthchecks.active.healthy.successes' must be from 0 to 255");
    }

    @Test
    void whatTheRulesMendOfAnOlderVersionsFileIsTaken() throws IOException {
        assertThat(check("""
                _format_version: "2.1"
                plugins:
                - {name: pre-function, config: {functions: ["return"]}}
                - {name: http-log, config: {http_endpoint: "http://h/", headers: {a: ["1", "2"]}}}
                routes:
                - {name: r, paths: ["/x(.*)"]}
                """, "3.3", Optional.of(KongVersion.parse("2.8"))).total())
                .isEqualTo(3);
    }

    @Test
    void aFileForTheTargetInAnOlderFormatIsTaken() throws IOException {
        assertThat(check("""
                _format_version: "2.1"
                services:
                - name: s
                  host: h
                  routes:
                  - {name: r, paths: ["/x(.*)"]}
                """, "3.3", Optional.empty()).total()).isEqualTo(2);
    }

    @Test
    void problemsAreToldInTheFilesOrderAndUpToTheLineThatEndsTheReading() {
        StringBuilder document = new StringBuilder("_format_version: \"2.1\"\nconsumers:\n");
        for (int i = 0; i < 1_000; i++) {
            document.append("- {\"username\": \"u").append(i).append("\"}\n");
        }
        document.append("- {\"username\": 1}\n").append("- {\"usernam\": \"x\"}\n");
        assertThatThrownBy(() -> check(document.toString()))
                .isInstanceOf(KeyferryException.class)
                .message()
                .containsSubsequence("kong.yml:1003", "field 'username' is a whole number", "kong.yml:1004", "usernam");
        assertThatThrownBy(() -> check(document + "unknown: []\n"))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("kong.yml:1005: unknown key 'unknown'");
    }

    @Test
    void afterARefusalNobodyReadsOn() {
        assertThatThrownBy(() -> check("_format_version: \"2.1\"\nservices:\n"
                        + "- {\"name\": \"a\", \"host\": \"h\"}\n".repeat(20_000)
                        + "unknown: []\n"))
                .isInstanceOf(KeyferryException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("keyferry-read-ahead");
    }

    private Import.Checked check(String document) throws IOException {
        return check(document, "2.8", Optional.empty());
    }

    private Import.Checked check(String document, String to, Optional<KongVersion> from) throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, document);
        return new Import(
                        file,
                        Catalog.forVersion(KongVersion.parse(to)),
                        from,
                        new Import.Settings(Set.of(), 16, directory, Clock.systemUTC(), TransferListener.NONE))
                .check();
    }
}
