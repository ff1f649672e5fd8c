package io.keyferry.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.verifier.report.Outcome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every line of Cassandra that Kong ran on, as a source and as a target: the sample goes from a node of 5.0 to one of the
 * line, and what arrived there goes back to 5.0 as an upgrade to a later Kong. The nodes of 3.11 to 4.1 run on Java 17
 * here, which is our arrangement for tests; Cassandra itself supports that from 5.0 on.
 *
 * <p>{@code rehearsal/lay-lines} lays the lines, {@code mvn -P cassandra-lines verify} runs this.
 */
@Tag("cassandra-lines")
final class CassandraLinesTest {
    private static final KongVersion SAMPLE = KongVersion.parse("2.0");
    private static final KongVersion ON_LINE = KongVersion.parse("2.8");
    private static final KongVersion BACK = KongVersion.parse("3.3");
    private static final int HEAP_MEGABYTES = 512;

    @TempDir
    private static Path directory;

    @TestFactory
    Stream<DynamicTest> isSourceAndTarget() {
        CassandraCluster newest = start(CassandraSettings.defaults().line());
        KeyspaceAddress sample = address(newest, "kong_sample");
        new SampleSource(sample, SAMPLE, 0, Clock.systemUTC()).write(RunSettings.defaults());
        return Stream.of("3.11", "4.0", "4.1", "5.0")
                .map(line -> dynamicTest("Cassandra " + line, () -> thereAndBack(newest, sample, line)))
                .onClose(newest::close);
    }

    private static void thereAndBack(CassandraCluster newest, KeyspaceAddress sample, String line) {
        try (CassandraCluster node = start(line)) {
            assertThat(node.version()).startsWith(line + ".");
            KeyspaceAddress there = address(node, "kong_there");
            RunResult to = migrate(sample, there, SAMPLE, ON_LINE);
            assertThat(to.report().to().cassandra().orElse("")).startsWith(line + ".");

            // A sample of its own, so that this does not hang on what the way there made of it.
            KeyspaceAddress old = address(node, "kong_old");
            new SampleSource(old, SAMPLE, 0, Clock.systemUTC()).write(RunSettings.defaults());
            String keyspace = "kong_back_" + line.replace('.', '_');
            RunResult from = migrate(old, address(newest, keyspace), SAMPLE, BACK);
            assertThat(from.report().from().cassandra().orElse("")).startsWith(line + ".");

            migrate(there, address(newest, keyspace + "_further"), ON_LINE, BACK);
        }
    }

    private static RunResult migrate(KeyspaceAddress from, KeyspaceAddress to, KongVersion old, KongVersion kong) {
        RunResult result = Runs.migrate(directory, from, to, Catalog.forVersion(old), Catalog.forVersion(kong), false);
        assertThat(result.failure()).isEmpty();
        assertThat(result.report().outcome())
                .as(result.report().differences().toString())
                .isEqualTo(Outcome.EQUAL);
        assertThat(result.report().entities().values().stream()
                        .mapToLong(type -> type.matched())
                        .sum())
                .isGreaterThan(200);
        return result;
    }

    private static CassandraCluster start(String line) {
        return CassandraCluster.start(
                CassandraSettings.defaults().withLine(line).withHeapMegabytes(HEAP_MEGABYTES));
    }

    private static KeyspaceAddress address(CassandraCluster node, String keyspace) {
        InetSocketAddress contact = node.contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(keyspace)
                .datacenter(node.datacenter())
                .replication(new Replication.Simple(1))
                .build();
    }
}
