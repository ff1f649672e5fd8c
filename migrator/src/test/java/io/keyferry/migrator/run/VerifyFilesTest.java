package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.export.Export;
import io.keyferry.migrator.schema.Bootstrap;
import io.keyferry.migrator.schema.TargetSession;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kong.yml as a side of a comparison: against the keyspace it came from or went to, and against another file. */
final class VerifyFilesTest {
    private static final AtomicInteger RUNS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static Place old;
    private static Path ofOldKong;
    private static Path ofNewKong;

    @BeforeAll
    static void export() {
        KeyspaceAddress from = SampleKeyspaces.loaded(SampleKeyspaces.OLD).address();
        old = new Place.Keyspace(from);
        ofOldKong = export(from, SampleKeyspaces.OLD, "old.yml");
        ofNewKong = export(from, SampleKeyspaces.NEW, "new.yml.zst");
    }

    private static Path export(KeyspaceAddress from, Catalog catalog, String name) {
        Path file = directory.resolve(name);
        try (ReadSession session = SampleKeyspaces.source(from)) {
            KongKeyspace source = KongKeyspace.open(session, Optional.empty());
            new Export(
                            source,
                            new Upgrade(source.catalog(), catalog, Set.of()),
                            Selection.DEFAULT,
                            new Export.Settings(Style.LINES, 4, Clock.systemUTC(), TransferListener.NONE))
                    .to(file);
        }
        return file;
    }

    private static Report verify(Place from, Place to, Optional<Catalog> version) throws IOException {
        Path work = directory.resolve("verify-" + RUNS.incrementAndGet());
        RunResult result;
        try (WorkDirectory opened = WorkDirectory.at(work)) {
            result = new Verify(
                            from,
                            to,
                            version,
                            RunSettings.defaults(),
                            opened,
                            new RunContext(
                                    "verify",
                                    Map.of(),
                                    "test",
                                    "jo@host",
                                    Clock.systemUTC(),
                                    TransferListener.NONE,
                                    plan -> true))
                    .run();
        }
        assertThat(result.failure()).isEmpty();
        try (Stream<Path> files = Files.list(work)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .as("nothing that was put aside stays")
                    .noneMatch(name -> name.endsWith(".tmp"));
        }
        return result.report();
    }

    private static Report verify(Path from, Path to) throws IOException {
        return verify(new Place.File(from), new Place.File(to), Optional.empty());
    }

    private static long matched(Report report) {
        return report.entities().values().stream()
                .mapToLong(Report.Entities::matched)
                .sum();
    }

    @Test
    void aKeyspaceIsEqualToItsExportForTheSameAndForALaterKong() throws IOException {
        Report same = verify(old, new Place.File(ofOldKong), Optional.empty());
        Report later = verify(old, new Place.File(ofNewKong), Optional.empty());

        assertThat(same.differences()).isEmpty();
        assertThat(same.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(later.differences()).isEmpty();
        assertThat(later.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(later.to().kong()).hasValue(SampleKeyspaces.NEW.version().toString());
        assertThat(matched(later)).isGreaterThan(5_000);
    }

    @Test
    void aFileIsEqualToTheKeyspaceItCameFrom() throws IOException {
        Report report = verify(new Place.File(ofOldKong), old, Optional.empty());

        assertThat(report.differences()).isEmpty();
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
    }

    @Test
    void twoFilesOfDifferentKongsAreEqualByTheRules() throws IOException {
        Report report = verify(ofOldKong, ofNewKong);

        assertThat(report.differences()).isEmpty();
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(report.rules()).containsKey("T1");
    }

    @Test
    void twoDumpsAreComparedDownToTheField() throws IOException {
        List<String> lines = Files.readAllLines(ofOldKong);
        String text = String.join("\n", lines);
        int consumer = first(lines, line -> line.contains("\"username\": \"") && text.split(id(line), -1).length == 2);
        int service = first(lines, line -> line.contains("\"connect_timeout\": "));
        String id = id(lines.get(consumer));
        List<String> changed = new ArrayList<>(lines);
        changed.set(consumer, lines.get(consumer).replace(id, "99999999-0000-4000-8000-000000000001"));
        changed.set(service, lines.get(service).replaceFirst("\"connect_timeout\": \\d+", "\"connect_timeout\": 4711"));
        Path other = Files.write(directory.resolve("changed.yml"), changed);
        Report report = verify(ofOldKong, other);

        assertThat(report.outcome()).isEqualTo(Outcome.DIFFERENT);
        assertThat(report.differences())
                .filteredOn(difference -> difference.type().equals("services"))
                .singleElement()
                .satisfies(difference -> assertThat(difference.fields()).containsOnlyKeys("connect_timeout"));
        assertThat(report.differences())
                .filteredOn(difference -> difference.type().equals("consumers"))
                .extracting(Difference::id, Difference::verdict)
                .containsExactlyInAnyOrder(
                        tuple(id, Verdict.MISSING), tuple("99999999-0000-4000-8000-000000000001", Verdict.EXTRA));
    }

    private static String id(String line) {
        return line.replaceFirst("^- \\{\"id\": \"([0-9a-f-]{36})\".*", "$1");
    }

    private static int first(List<String> lines, Predicate<String> wanted) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("- {\"id\"") && wanted.test(lines.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no such line");
    }

    /** It says neither ids nor times; the ids are those that Kong makes of names, the times cannot be compared. */
    @Test
    void aHandWrittenFileIsEqualToWhatItsImportMade() throws IOException {
        Path file = Files.writeString(directory.resolve("hand.yml"), """
            _format_version: "2.1"
            services:
            - name: orders
              url: http://orders.test:8080/api
              routes:
              - name: orders-route
                paths: [/orders]
              plugins:
              - name: rate-limiting
                config: {minute: 5, policy: local}
            consumers:
            - username: jo
              basicauth_credentials:
              - {username: jo, password: secret}
              keyauth_credentials:
              - key: "0123456789abcdef"
            upstreams:
            - name: up
              targets:
              - target: 10.0.0.1:80
            """);
        KeyspaceAddress address = SampleKeyspaces.fresh("hand");
        try (TargetSession target = SampleKeyspaces.target(address)) {
            Bootstrap bootstrap = new Bootstrap(target, SampleKeyspaces.NEW, Clock.systemUTC());
            bootstrap.createKeyspace(new Replication.Simple(1));
            bootstrap.createLockTables();
            bootstrap.createTables();
            bootstrap.writeIdentity(UUID.randomUUID(), UUID.randomUUID());
            bootstrap.release(Optional.empty());
        }
        try (WorkDirectory work = WorkDirectory.at(directory.resolve("import-hand"))) {
            assertThat(new FileImport(
                                    file,
                                    address,
                                    Optional.empty(),
                                    RunSettings.defaults(),
                                    work,
                                    new RunContext(
                                            "import",
                                            Map.of(),
                                            "test",
                                            "jo@host",
                                            Clock.systemUTC(),
                                            TransferListener.NONE,
                                            plan -> true))
                            .run()
                            .report()
                            .outcome())
                    .isEqualTo(Outcome.DONE);
        }
        Report report = verify(new Place.File(file), new Place.Keyspace(address), Optional.empty());
        Path otherFile = Files.writeString(
                directory.resolve("hand2.yml"), Files.readString(file).replace("minute: 5", "minute: 6"));
        Report other = verify(new Place.File(otherFile), new Place.Keyspace(address), Optional.empty());
        SampleKeyspaces.drop(address);

        assertThat(report.differences()).isEmpty();
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(matched(report)).isEqualTo(8);
        assertThat(report.proof().orElseThrow().types().get("services"))
                .satisfies(how -> assertThat(how.untold()).containsExactlyInAnyOrder("created_at", "updated_at"));
        assertThat(other.differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.fields()).containsOnlyKeys("config.minute"));
    }
}
