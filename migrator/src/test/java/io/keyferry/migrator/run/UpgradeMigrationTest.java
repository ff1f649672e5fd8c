package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.RecordedCases;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyspace that Kong 2.8 recorded, with rows that later rules are about, moved to Kong 3.3 and verified there. */
class UpgradeMigrationTest {
    private static final String WORKSPACE = "a36f235f-5e7f-47cf-82ec-e39393813484";
    private static final String UPSTREAM = "3dcb9bf5-be72-5b7a-af72-f27f4c7a0a23";
    private static final String ROUTE = "00000000-0000-4000-8000-000000000001";
    private static final String FUNCTION = "00000000-0000-4000-8000-000000000002";
    private static final String OLD_TARGET = "00000000-0000-4000-8000-000000000003";
    private static final String SESSION = "00000000-0000-4000-8000-000000000004";

    private final String old = SharedNode.freshKeyspaceName("upgrade_old");
    private final String moved = SharedNode.freshKeyspaceName("upgrade_new");

    @TempDir
    Path directory;

    @AfterEach
    void drop() {
        SharedNode.session().execute("DROP KEYSPACE IF EXISTS " + old);
        SharedNode.session().execute("DROP KEYSPACE IF EXISTS " + moved);
    }

    private void given(String table, String columns, String values) {
        SharedNode.session().execute("INSERT INTO " + old + "." + table + " (" + columns + ") VALUES (" + values + ")");
    }

    private void givenRowsOfRules() {
        RecordedKeyspace.load(RecordedCases.directory().resolve("2.8.5/extras/db"), SharedNode.session(), old);
        given(
                "routes",
                "partition, id, ws_id, name, paths, protocols, path_handling",
                "'routes', " + ROUTE + ", " + WORKSPACE + ", '" + WORKSPACE + ":regex',"
                        + " ['/plain', '/a/../%62', '/(?<id>\\d+)/%2e'], {'http', 'https'}, 'v1'");
        given(
                "plugins",
                "id, ws_id, name, config, enabled, protocols, cache_key",
                FUNCTION + ", " + WORKSPACE + ", 'post-function', '{\"functions\":[\"return\"],\"access\":[]}', true,"
                        + " {'http'}, 'plugins:post-function:::::" + WORKSPACE + "'");
        given(
                "plugins",
                "id, ws_id, name, config, enabled, protocols, route_id, cache_key",
                SESSION + ", " + WORKSPACE + ", 'session', '{\"cookie_lifetime\":60,\"secret\":\"s\"}', true,"
                        + " {'http'}, " + ROUTE + ", 'plugins:session:" + ROUTE + "::::" + WORKSPACE + "'");
        given(
                "targets",
                "id, ws_id, upstream_id, target, weight, created_at",
                OLD_TARGET + ", " + WORKSPACE + ", " + UPSTREAM + ", '10.0.0.2:81', 7, 1000");
        SharedNode.session()
                .execute(
                        "UPDATE " + old + ".upstreams SET hash_on = null, hash_fallback = null WHERE id = " + UPSTREAM);
    }

    @Test
    void movesWhatKong28HoldsToKong33() {
        givenRowsOfRules();

        RunResult result = migrate("3.3");

        assertThat(result.failure()).isEmpty();
        Report report = result.report();
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(report.rules()).containsKeys("T19", "T20", "T21", "T23", "T32");
        assertThat(requireNonNull(report.entities().get("vaults")).matched()).isEqualTo(1);
        assertThat(requireNonNull(report.entities().get("targets")).excluded().keySet())
                .anyMatch(reason -> reason.startsWith("T21"));
        assertThat(report.warnings())
                .anyMatch(warning -> warning.startsWith("T19") && warning.contains("routes 'regex'"))
                .anyMatch(warning -> warning.startsWith("T29") && warning.contains("routes 'regex'"));
        assertThat(text("SELECT paths FROM %s.routes WHERE partition = 'routes' AND id = " + ROUTE))
                .isEqualTo(List.of("/plain", "/b", "~/(?<id>\\d+)/\\.").toString());
        assertThat(text("SELECT config FROM %s.plugins WHERE id = " + FUNCTION))
                .contains("access", "return")
                .doesNotContain("functions");
        assertThat(text("SELECT config FROM %s.plugins WHERE id = " + SESSION))
                .contains("rolling_timeout", "idling_timeout")
                .doesNotContain("cookie_lifetime");
        assertThat(text("SELECT count(*) FROM %s.sm_vaults")).isEqualTo("1");
        assertThat(SharedNode.session()
                        .execute("SELECT id FROM " + moved + ".targets WHERE id = " + OLD_TARGET)
                        .all())
                .isEmpty();
    }

    @Test
    void withinOneLineANullHashOnIsMovedAsItIs() {
        givenRowsOfRules();

        RunResult result = migrate("2.8");

        assertThat(result.failure()).isEmpty();
        assertThat(result.report().outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(text("SELECT hash_on FROM %s.upstreams WHERE id = " + UPSTREAM))
                .isEqualTo("null");
    }

    private String text(String select) {
        return String.valueOf(requireNonNull(
                        SharedNode.session().execute(select.formatted(moved)).one())
                .getObject(0));
    }

    private RunResult migrate(String kong) {
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("run"))) {
            return new Migration(
                            address(old),
                            address(moved),
                            KongVersion.parse(kong),
                            RunSettings.defaults(),
                            work,
                            new RunContext(
                                    "migrate",
                                    Map.of(),
                                    "test",
                                    "test@test",
                                    Clock.systemUTC(),
                                    TransferListener.NONE,
                                    plan -> true))
                    .run();
        }
    }

    private static KeyspaceAddress address(String keyspace) {
        CassandraCluster node = SharedNode.cluster();
        InetSocketAddress contact = node.contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(keyspace)
                .datacenter(node.datacenter())
                .replication(new Replication.Simple(1))
                .build();
    }
}
