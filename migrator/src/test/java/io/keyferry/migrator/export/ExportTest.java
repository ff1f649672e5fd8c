package io.keyferry.migrator.export;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.sample.SampleKeyspace;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ExportTest {
    private static final Pattern REMAINING = Pattern.compile("(\"(?:ttl|expires)\": ?)\\d+|((?:ttl|expires): )\\d+");

    private static KeyspaceAddress address;
    private static ReadSession session;
    private static SampleKeyspace sample;

    @TempDir
    private Path directory;

    @BeforeAll
    static void load() {
        address = SampleKeyspaces.loaded(SampleKeyspaces.OLD).address();
        sample = SampleKeyspaces.loaded(SampleKeyspaces.OLD).sample();
        session = SampleKeyspaces.source(address);
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static Export export(
            Catalog to, Style style, int parallelism, int rowsPerSlice, TransferListener listener) {
        KongKeyspace source = KongKeyspace.open(session, Optional.empty());
        return new Export(
                source,
                new Upgrade(source.catalog(), to, Set.of()),
                Selection.DEFAULT,
                new Export.Settings(style, parallelism, Clock.systemUTC(), listener),
                rowsPerSlice);
    }

    private static String withoutRemaining(Path file) throws IOException {
        return REMAINING.matcher(Files.readString(file)).replaceAll("$1$2?");
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void twoExportsAreTheSameToTheByteHoweverManyThreadsAndSlices(Style style) throws IOException {
        String ending = style == Style.JSON ? ".json" : ".yml";
        Path first = directory.resolve("first" + ending);
        export(SampleKeyspaces.NEW, style, 1, 10_000, TransferListener.NONE).to(first);
        String expected = withoutRemaining(first);

        int number = 0;
        for (int[] way : new int[][] {{1, 10_000}, {8, 10_000}, {1, 7}, {8, 7}, {3, 100}}) {
            Path again = directory.resolve("again-" + number++ + ending);
            export(SampleKeyspaces.NEW, style, way[0], way[1], TransferListener.NONE)
                    .to(again);
            assertThat(withoutRemaining(again))
                    .as("%d threads, slices of %d rows", way[0], way[1])
                    .isEqualTo(expected);
        }
        assertThat(expected).contains("o'neil", "🦊🚢");
    }

    @ParameterizedTest
    @CsvSource({"1, 10000", "8, 7"})
    void theBooksBalance(int parallelism, int rowsPerSlice) {
        Export.Result result = export(
                        SampleKeyspaces.NEW, Style.LINES, parallelism, rowsPerSlice, TransferListener.NONE)
                .to(directory.resolve("kong.yml"));
        Map<String, Long> counts = sample.counts();

        assertThat(result.types()).containsKeys("consumers", "plugins", "targets", "oauth2_tokens");
        result.types().forEach((type, count) -> {
            assertThat(count.read()).as(type).isEqualTo(counts.getOrDefault(type, 0L));
            long excluded = count.excluded().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(count.read()).as(type).isEqualTo(count.written() + excluded);
        });
        assertThat(requireNonNull(result.types().get("targets")).excluded()).isNotEmpty();
        assertThat(result.total())
                .isEqualTo(result.types().values().stream()
                        .mapToLong(TypeCount::written)
                        .sum());
        assertThat(result.bytes())
                .isEqualTo(directory.resolve("kong.yml").toFile().length());
    }

    @Test
    void theFileAppearsOnlyWhenItIsWholeAndIsTheOwnersAlone() throws IOException {
        Path file = directory.resolve("kong.yml");
        Queue<Boolean> seen = new ConcurrentLinkedQueue<>();
        Queue<String> others = new ConcurrentLinkedQueue<>();
        export(SampleKeyspaces.NEW, Style.LINES, 4, 1_000, new TransferListener() {
                    @Override
                    public void done(Step step, String type, long entities, long bytes) {
                        seen.add(Files.exists(file));
                        try (Stream<Path> files = Files.list(directory)) {
                            files.forEach(other -> others.add(permissions(other)));
                        } catch (IOException e) {
                            others.add(e.toString());
                        }
                    }
                })
                .to(file);

        assertThat(seen).isNotEmpty().containsOnly(false);
        assertThat(others).as("of the file while it is made").containsOnly("rw-------");
        assertThat(file).exists();
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(files()).isEqualTo(1);
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    @Test
    void refusesToOverwriteAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("kong.yml"), "mine");

        assertThatThrownBy(() -> export(SampleKeyspaces.NEW, Style.LINES, 1, 10_000, TransferListener.NONE)
                        .to(file))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE))
                .hasMessageContaining("is not overwritten");
        assertThat(file).hasContent("mine");
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void leavesNothingBehindWhenARowCannotBeRead() throws IOException {
        String plugins = address.keyspace() + ".plugins";
        UUID id = UUID.randomUUID();
        SharedNode.session()
                .execute("INSERT INTO " + plugins + " (id, name, config) VALUES (?, 'cors', 'no json')", id);
        try {
            assertThatThrownBy(() -> export(SampleKeyspaces.NEW, Style.LINES, 4, 1_000, TransferListener.NONE)
                            .to(directory.resolve("kong.yml")))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessageContainingAll("table plugins", id.toString(), "column config");
            assertThat(files()).isZero();
        } finally {
            SharedNode.session().execute("DELETE FROM " + plugins + " WHERE id = ?", id);
        }
    }
}
