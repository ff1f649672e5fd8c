package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.load.Import;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.Proof;
import io.keyferry.verifier.verify.TypeVerification;
import io.keyferry.verifier.verify.Verdict;
import io.keyferry.verifier.verify.Verification;
import io.keyferry.verifier.verify.VerificationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample of Kong 2.0, migrated to 2.8; then what was done to either side is found, no more and no less. */
final class VerificationTest {
    private static final UUID ID = UUID.fromString("99999999-0000-4000-8000-000000000001");

    @TempDir
    private static Path directory;

    private static KeyspaceAddress from;
    private static KeyspaceAddress to;
    private static RunResult migrated;
    private static List<Entity> sample;

    private final List<Runnable> undo = new ArrayList<>();

    @BeforeAll
    static void migrate() {
        from = SampleKeyspaces.loaded(SampleKeyspaces.OLD).address();
        to = SampleKeyspaces.fresh("verified");
        sample = SampleKeyspaces.entities(
                SampleKeyspaces.loaded(SampleKeyspaces.OLD).sample());
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("migrate"))) {
            migrated = new Migration(
                            from, to, SampleKeyspaces.NEW.version(), RunSettings.defaults(), work, context("migrate"))
                    .run();
        }
    }

    @AfterAll
    static void drop() {
        SampleKeyspaces.drop(to);
    }

    @AfterEach
    void undo() {
        Collections.reverse(undo);
        undo.forEach(Runnable::run);
    }

    private static RunContext context(String command) {
        return new RunContext(
                command, Map.of(), "test", "jo@host", Clock.systemUTC(), TransferListener.NONE, plan -> true);
    }

    @Test
    void warnsOfTheGatewaysOfOneClusterUnlessItIsThrownAway() {
        assertThat(migrated.report().warnings()).anyMatch(said -> said.contains("two keyspaces of one cluster"));
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("thrown-away"))) {
            RunResult rehearsed = new Migration(
                            from,
                            SampleKeyspaces.fresh("thrown_away"),
                            SampleKeyspaces.NEW.version(),
                            RunSettings.defaults(),
                            work,
                            new RunContext(
                                    "rehearse",
                                    Map.of(),
                                    "test",
                                    "jo@host",
                                    Clock.systemUTC(),
                                    TransferListener.NONE,
                                    plan -> false))
                    .rehearse();

            assertThat(rehearsed.report().outcome()).isEqualTo(Outcome.PLANNED);
            assertThat(rehearsed.report().warnings()).noneMatch(said -> said.contains("two keyspaces of one cluster"));
            assertThat(rehearsed.report().forecast()).hasValueSatisfying(forecast -> {
                assertThat(forecast.rows()).isPositive();
                assertThat(forecast.bytes()).isPositive();
                assertThat(forecast.steps()).containsKeys("export", "validate", "bootstrap", "import", "verify");
            });
        }
    }

    private static void cql(String cql, Object... values) {
        SharedNode.session().execute(cql, values);
    }

    /** What a verification by itself finds. */
    private record Found(VerificationResult result, List<Difference> differences, Map<String, Long> rules) {
        Verdict verdict(String id) {
            return differences.stream()
                    .filter(difference -> difference.id().equals(id))
                    .findFirst()
                    .orElseThrow()
                    .verdict();
        }
    }

    private static Found verify(OptionalLong runStart, Clock clock) {
        try (ReadSession source = SampleKeyspaces.source(from);
                ReadSession target = SampleKeyspaces.source(to)) {
            KongKeyspace old = KongKeyspace.open(source, Optional.empty());
            KongKeyspace moved = KongKeyspace.open(target, Optional.empty());
            Upgrade upgrade = new Upgrade(old.catalog(), moved.catalog(), Set.of());
            List<Difference> differences = Collections.synchronizedList(new ArrayList<>());
            VerificationResult result = new Verification(
                            old,
                            moved,
                            upgrade,
                            Selection.DEFAULT,
                            new Verification.Settings(4, runStart, RunKey.random(), clock, TransferListener.NONE))
                    .run(differences::add);
            return new Found(result, List.copyOf(differences), upgrade.log().counts());
        }
    }

    private static Found verify() {
        return verify(OptionalLong.empty(), Clock.systemUTC());
    }

    private static String idOf(String type, int number) {
        return sample.stream()
                .filter(entity -> entity.type().name().equals(type))
                .skip(number)
                .findFirst()
                .orElseThrow()
                .key()
                .id();
    }

    @Test
    void theMigratedSampleIsEqualAndTheBooksBalance() {
        assertThat(migrated.failure()).isEmpty();
        Report report = migrated.report();
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(report.differences()).isEmpty();
        report.entities().forEach((type, counts) -> {
            long excluded = counts.excluded().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(counts.read()).as(type).isEqualTo(counts.matched() + excluded);
            assertThat(counts.written()).as(type).isEqualTo(counts.matched());
            assertThat(counts.target()).as(type).isEqualTo(counts.matched());
            Report.Digests digests = counts.digests().orElseThrow();
            assertThat(digests.target()).as(type).isEqualTo(digests.expected());
        });
        assertThat(report.entities().values().stream()
                        .mapToLong(Report.Entities::read)
                        .sum())
                .isEqualTo(moved());
        Found again = verify();
        assertThat(again.result().equal()).isTrue();
        assertThat(again.rules()).isEqualTo(report.rules());
    }

    /** Entities of the sample that a migration moves. */
    private static long moved() {
        Set<String> types = Selection.DEFAULT.types(SampleKeyspaces.OLD).stream()
                .map(EntityType::name)
                .collect(Collectors.toSet());
        return sample.stream()
                .filter(entity -> types.contains(entity.type().name()))
                .count();
    }

    @Test
    void findsOneDeletedOneChangedAndOneAddedRow() {
        Map<String, Long> rules = verify().rules();
        String deleted = idOf("services", 3);
        UUID changed = UUID.fromString(idOf("routes", 2));
        String table = to.keyspace() + ".services";
        var service = requireNonNull(SharedNode.session()
                .execute(
                        "SELECT JSON * FROM " + table + " WHERE partition = 'services' AND id = ?",
                        UUID.fromString(deleted))
                .one());
        undo.add(() -> cql("INSERT INTO " + table + " JSON ?", service.getString(0)));
        cql("DELETE FROM " + table + " WHERE partition = 'services' AND id = ?", UUID.fromString(deleted));
        String routes = to.keyspace() + ".routes";
        var route = requireNonNull(SharedNode.session()
                .execute("SELECT regex_priority FROM " + routes + " WHERE partition = 'routes' AND id = ?", changed)
                .one());
        undo.add(() -> cql(
                "UPDATE " + routes + " SET regex_priority = ? WHERE partition = 'routes' AND id = ?",
                route.getInt(0),
                changed));
        cql("UPDATE " + routes + " SET regex_priority = 4711 WHERE partition = 'routes' AND id = ?", changed);
        undo.add(() -> cql("DELETE FROM " + to.keyspace() + ".consumers WHERE id = ?", ID));
        cql(
                "INSERT INTO " + to.keyspace() + ".consumers (id, ws_id, username) VALUES (?, ?, 'extra')",
                ID,
                workspace());
        Found found = verify();

        assertThat(found.differences()).hasSize(3);
        assertThat(found.verdict(deleted)).isEqualTo(Verdict.MISSING);
        assertThat(found.verdict(ID.toString())).isEqualTo(Verdict.EXTRA);
        Difference difference = found.differences().stream()
                .filter(one -> one.id().equals(changed.toString()))
                .findFirst()
                .orElseThrow();
        assertThat(difference.verdict()).isEqualTo(Verdict.DIFFERENT);
        assertThat(difference.workspace()).isEqualTo("default");
        assertThat(difference.fields())
                .containsOnly(Map.entry(
                        "regex_priority",
                        new Difference.FieldDifference(Value.whole(route.getInt(0)), Value.whole(4711))));
        assertThat(found.rules()).as("rules count an entity once").isEqualTo(rules);
        TypeVerification services = type(found, "services");
        assertThat(services.read()).isEqualTo(services.matched() + 1);
        assertThat(services.targetCount()).isEqualTo(services.read() - 1);
        TypeVerification consumers = type(found, "consumers");
        assertThat(consumers.read()).isEqualTo(consumers.matched());
        assertThat(consumers.targetCount()).isEqualTo(consumers.read() + 1);
    }

    private static TypeVerification type(Found found, String type) {
        return found.result().types().stream()
                .filter(result -> result.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static UUID workspace() {
        return requireNonNull(SharedNode.session()
                .execute("SELECT id FROM " + to.keyspace() + ".workspaces")
                .one()
                .getUuid(0));
    }

    @Test
    void whatTheSourceChangedAfterTheStartIsDrift() {
        UUID changed = UUID.fromString(idOf("upstreams", 1));
        String table = from.keyspace() + ".upstreams";
        int slots = requireNonNull(SharedNode.session()
                        .execute("SELECT slots FROM " + table + " WHERE id = ?", changed)
                        .one())
                .getInt(0);
        undo.add(() -> cql("UPDATE " + table + " SET slots = ? WHERE id = ?", slots, changed));
        undo.add(() -> cql("DELETE FROM " + from.keyspace() + ".consumers WHERE id = ?", ID));
        long start = migrated.report().started().toEpochMilli();
        cql("UPDATE " + table + " SET slots = 4711 WHERE id = ?", changed);
        cql("INSERT INTO " + from.keyspace() + ".consumers (id, username) VALUES (?, 'new')", ID);
        Found drifted = verify(OptionalLong.of(start), Clock.systemUTC());

        assertThat(drifted.differences()).hasSize(2);
        assertThat(drifted.verdict(changed.toString())).isEqualTo(Verdict.DRIFTED);
        assertThat(drifted.verdict(ID.toString())).isEqualTo(Verdict.DRIFTED);
        assertThat(drifted.result().equal()).isFalse();
        assertThat(drifted.result().onlyDrifted()).isTrue();

        Found before =
                verify(OptionalLong.of(Instant.now().plus(Duration.ofHours(1)).toEpochMilli()), Clock.systemUTC());
        assertThat(before.verdict(changed.toString())).isEqualTo(Verdict.DIFFERENT);
        assertThat(before.verdict(ID.toString())).isEqualTo(Verdict.MISSING);
    }

    /** Cassandra 5.0 tells when a collection was written; without that it would be a difference. */
    @Test
    void aCollectionThatTheSourceChangedAloneIsDriftToo() {
        UUID changed = UUID.fromString(idOf("routes", 1));
        String table = from.keyspace() + ".routes";
        List<String> paths = requireNonNull(SharedNode.session()
                        .execute("SELECT paths FROM " + table + " WHERE partition = 'routes' AND id = ?", changed)
                        .one())
                .getList(0, String.class);
        undo.add(() -> cql("UPDATE " + table + " SET paths = ? WHERE partition = 'routes' AND id = ?", paths, changed));
        cql("UPDATE " + table + " SET paths = ['/drifted'] WHERE partition = 'routes' AND id = ?", changed);
        Found drifted = verify(OptionalLong.of(migrated.report().started().toEpochMilli()), Clock.systemUTC());

        assertThat(drifted.differences()).hasSize(1);
        assertThat(drifted.verdict(changed.toString())).isEqualTo(Verdict.DRIFTED);
    }

    @Test
    void whatTheSourceDeletedAfterTheStartIsDriftAndWhatOthersAddedIsExtra() {
        UUID deleted = UUID.fromString(idOf("consumers", 5));
        String table = from.keyspace() + ".consumers";
        String row = requireNonNull(SharedNode.session()
                .execute("SELECT JSON * FROM " + table + " WHERE id = ?", deleted)
                .one()
                .getString(0));
        undo.add(() -> cql("INSERT INTO " + table + " JSON ?", row));
        cql("DELETE FROM " + table + " WHERE id = ?", deleted);
        undo.add(() -> cql("DELETE FROM " + to.keyspace() + ".consumers WHERE id = ?", ID));
        cql(
                "INSERT INTO " + to.keyspace() + ".consumers (id, ws_id, username) VALUES (?, ?, 'extra')",
                ID,
                workspace());
        long start = migrated.report().started().toEpochMilli();
        Found found = verify(OptionalLong.of(start), Clock.systemUTC());

        assertThat(found.differences()).hasSize(2);
        assertThat(found.verdict(deleted.toString())).isEqualTo(Verdict.DRIFTED);
        assertThat(found.verdict(ID.toString())).isEqualTo(Verdict.EXTRA);
        assertThat(verify().verdict(deleted.toString()))
                .as("without a run nobody knows")
                .isEqualTo(Verdict.EXTRA);
    }

    @Test
    void theReportSaysHowStrongTheVerdictIs() {
        Proof proof = migrated.report().proof().orElseThrow();

        assertThat(proof.selfTested()).isPositive();
        assertThat(proof.rowsReadAgain()).isZero();
        assertThat(requireNonNull(proof.types().get("routes")).rawColumns())
                .contains("paths", "hosts", "methods", "service_id");
        assertThat(requireNonNull(proof.types().get("plugins")).canonicalOnly()).containsKey("config");
        assertThat(requireNonNull(migrated.report().entities().get("routes")).matchedByRule())
                .isPositive();
        assertThat(directory.resolve("migrate/digest.key")).satisfies(key -> {
            assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
            assertThat(Files.readString(directory.resolve("migrate/report.json")))
                    .doesNotContain(HexFormat.of().formatHex(Files.readAllBytes(key)));
        });
    }

    @Test
    void whatExpiresMeanwhileIsNotMissing() {
        undo.add(() -> cql("DELETE FROM " + from.keyspace() + ".keyauth_credentials WHERE id = ?", ID));
        cql(
                "INSERT INTO " + from.keyspace()
                        + ".keyauth_credentials (id, key, created_at, consumer_id) VALUES (?, 'k', ?, ?) USING TTL"
                        + " 5000",
                ID,
                Instant.now(),
                ID);
        Found now = verify();
        assertThat(now.verdict(ID.toString())).isEqualTo(Verdict.MISSING);
        assertThat(now.result().equal()).isFalse();

        Found later = verify(OptionalLong.empty(), Clock.offset(Clock.systemUTC(), Duration.ofSeconds(4_999)));
        assertThat(later.verdict(ID.toString())).isEqualTo(Verdict.EXPIRED);
        assertThat(later.result().equal()).isTrue();
    }

    @Test
    void secretsAreMaskedInAllThatIsWritten() throws IOException {
        UUID credential = UUID.fromString(idOf("jwt_secrets", 0));
        UUID plugin = UUID.fromString(sample.stream()
                .filter(entity ->
                        entity.text("name").filter("aws-lambda"::equals).isPresent())
                .findFirst()
                .orElseThrow()
                .key()
                .id());
        String secrets = to.keyspace() + ".jwt_secrets";
        String plugins = to.keyspace() + ".plugins";
        var secret = requireNonNull(SharedNode.session()
                .execute("SELECT secret FROM " + secrets + " WHERE id = ?", credential)
                .one());
        var config = requireNonNull(SharedNode.session()
                .execute("SELECT config FROM " + plugins + " WHERE id = ?", plugin)
                .one());
        undo.add(() -> cql("UPDATE " + secrets + " SET secret = ? WHERE id = ?", secret.getString(0), credential));
        undo.add(() -> cql("UPDATE " + plugins + " SET config = ? WHERE id = ?", config.getString(0), plugin));
        cql("UPDATE " + secrets + " SET secret = 'hunter2' WHERE id = ?", credential);
        cql(
                "UPDATE " + plugins + " SET config = ? WHERE id = ?",
                requireNonNull(config.getString(0))
                        .replaceFirst("\"aws_secret\":\"[^\"]*\"", "\"aws_secret\":\"hunter2\""),
                plugin);
        Path work = directory.resolve("masked");
        RunResult result;
        try (WorkDirectory opened = WorkDirectory.at(work)) {
            result = new Verify(
                            from,
                            to,
                            Optional.of(SampleKeyspaces.NEW),
                            RunSettings.defaults(),
                            opened,
                            context("verify"))
                    .run();
        }
        assertThat(result.report().outcome()).isEqualTo(Outcome.DIFFERENT);
        assertThat(result.report().differences())
                .extracting(Difference::id)
                .containsExactlyInAnyOrder(credential.toString(), plugin.toString());
        for (String file : List.of("report.json", "differences.jsonl")) {
            assertThat(Files.readString(work.resolve(file)))
                    .contains("***", "config.aws_secret", credential.toString())
                    .doesNotContain("hunter2")
                    .doesNotContain(requireNonNull(secret.getString(0)));
        }
        assertThat(work.resolve("report.json"))
                .satisfies(report ->
                        assertThat(Files.getPosixFilePermissions(report)).hasSize(2));
    }

    @Test
    void importingTheFileAgainChangesNothing() {
        Map<String, Set<Object>> once = rows();
        try (TargetSession target = SampleKeyspaces.target(to)) {
            Import again = new Import(
                    directory.resolve("migrate/kong.yml"),
                    SampleKeyspaces.NEW,
                    Optional.empty(),
                    new Import.Settings(Set.of(), 64, directory, Clock.systemUTC(), TransferListener.NONE));
            again.check();
            Import.Result imported = again.write(new Import.Destination(
                    target,
                    target.reader(Consistency.QUORUM).schema(),
                    Optional.of(workspace()),
                    Nulls.WRITTEN,
                    migrated.report().started().toEpochMilli() * 1_000 + 1));
            assertThat(imported.total())
                    .isEqualTo(migrated.report().entities().values().stream()
                            .mapToLong(Report.Entities::written)
                            .sum());
        }
        assertThat(rows()).isEqualTo(once);
    }

    /** All values of all rows of the target; their write times and remaining times to live aside. */
    private static Map<String, Set<Object>> rows() {
        Map<String, Set<Object>> rows = new HashMap<>();
        RecordedKeyspace.read(SharedNode.session(), to.keyspace()).rows().forEach((table, found) -> {
            Set<Object> values = new HashSet<>();
            found.forEach(row -> values.add(row.values()));
            assertThat(values).hasSameSizeAs(found);
            rows.put(table, values);
        });
        return rows;
    }
}
