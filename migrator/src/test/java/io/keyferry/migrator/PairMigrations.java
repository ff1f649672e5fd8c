package io.keyferry.migrator;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.cql.Row;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.TableLayout;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.LiveSchema;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.migrator.AllPairsTest.Pair;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report.Entities;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Migrations of the sample between versions, done ahead of those who ask for their results, several at once. A keyspace
 * costs a hundred schema changes, so each version's sample is made once; and of the migrations to a version the first
 * one makes the keyspace, and the others go into it when it is emptied.
 */
final class PairMigrations implements AutoCloseable {
    private static final int AT_ONCE = 3;
    /** What bootstrap writes, and no migration. */
    private static final Set<String> KEPT = Set.of("schema_meta", "locks", "workspaces", "parameters");

    private final Path directory;
    private final Map<Pair, CompletableFuture<RunResult>> results = new ConcurrentHashMap<>();
    private final Map<KongVersion, CompletableFuture<KeyspaceAddress>> samples = new HashMap<>();
    private final Set<KeyspaceAddress> made = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);

    PairMigrations(Path directory, List<Pair> pairs) {
        this.directory = directory;
        pairs.forEach(pair -> results.put(pair, new CompletableFuture<>()));
        // Made one after the other, and before the migrations that wait for them, so that nobody waits for ever.
        for (Pair pair : pairs) {
            samples.computeIfAbsent(
                    pair.from(), version -> CompletableFuture.supplyAsync(() -> sample(version), workers));
        }
        pairs.stream().collect(groupingBy(Pair::to)).entrySet().stream()
                .sorted(Comparator.comparing(group -> -group.getValue().size()))
                .forEach(group -> workers.execute(() -> migrate(group.getKey(), group.getValue())));
    }

    private KeyspaceAddress fresh(String what, KongVersion version) {
        KeyspaceAddress address = SampleKeyspaces.fresh(what + "_" + version.major() + "_" + version.minor());
        made.add(address);
        return address;
    }

    private KeyspaceAddress sample(KongVersion version) {
        KeyspaceAddress address = fresh("pair_from", version);
        new SampleSource(address, version, 0, Clock.systemUTC()).write(RunSettings.defaults());
        return address;
    }

    private void migrate(KongVersion to, List<Pair> pairs) {
        Catalog catalog = Catalog.forVersion(to);
        KeyspaceAddress target = fresh("pair_to", to);
        boolean exists = false;
        for (Pair pair : pairs) {
            try {
                if (exists) {
                    empty(target, catalog);
                }
                RunResult result = Runs.migrate(
                        directory,
                        requireNonNull(samples.get(pair.from())).join(),
                        target,
                        Catalog.forVersion(pair.from()),
                        catalog,
                        exists);
                exists = result.report().outcome() == Outcome.EQUAL;
                if (!exists) {
                    drop(target);
                }
                requireNonNull(results.get(pair)).complete(result);
            } catch (RuntimeException | AssertionError e) {
                requireNonNull(results.get(pair)).completeExceptionally(e);
            }
        }
        drop(target);
    }

    private static void empty(KeyspaceAddress target, Catalog catalog) {
        for (TableLayout table : catalog.tables()) {
            String name = target.keyspace() + "." + table.name();
            Row any = KEPT.contains(table.name())
                    ? null
                    : SharedNode.session()
                            .execute("SELECT * FROM " + name + " LIMIT 1")
                            .one();
            if (any != null) {
                SharedNode.session().execute("TRUNCATE " + name);
            }
        }
    }

    /** Fails unless the pair's migration moved the whole sample, every type of it, and was found equal. */
    void requireEqual(Pair pair) {
        RunResult result = requireNonNull(results.get(pair)).join();
        assertThat(result.failure()).isEmpty();
        assertThat(result.report().outcome())
                .as(result.report().differences().toString())
                .isEqualTo(Outcome.EQUAL);
        Catalog from = Catalog.forVersion(pair.from());
        Selection selection = new Selection(new Layout(from).runtimeTypes(), Set.of());
        Map<String, Entities> entities = result.report().entities();
        assertThat(entities.keySet())
                .containsAll(selection.types(from).stream()
                        .map(type -> nameIn(Catalog.forVersion(pair.to()), type))
                        .toList());
        long excluded = entities.values().stream()
                .flatMap(type -> type.excluded().values().stream())
                .mapToLong(Long::longValue)
                .sum();
        long read = entities.values().stream().mapToLong(Entities::read).sum();
        assertThat(entities.values().stream().mapToLong(Entities::matched).sum())
                .isEqualTo(read - excluded);
    }

    /** Fails unless the bootstrapped keyspace of the version is laid out as its catalogue says. */
    void requireLaidOutAsCatalogued(KongVersion version) {
        Catalog catalog = Catalog.forVersion(version);
        KeyspaceAddress address = requireNonNull(samples.get(version)).join();
        try (ReadSession session = SampleKeyspaces.source(address)) {
            LiveSchema schema = session.schema();
            assertThat(schema.tables())
                    .extracting(LiveSchema.Table::name)
                    .containsExactlyInAnyOrderElementsOf(
                            catalog.tables().stream().map(TableLayout::name).toList());
            for (TableLayout expected : catalog.tables()) {
                LiveSchema.Table table = schema.table(expected.name()).orElseThrow();
                assertThat(table.partitionKey()).as(expected.name()).isEqualTo(expected.partitionKey());
                assertThat(table.clusteringKey()).as(expected.name()).isEqualTo(expected.clusteringKey());
                assertThat(table.defaultTtl()).as(expected.name()).isEqualTo(expected.defaultTtl());
                assertThat(table.columns().stream()
                                .map(column ->
                                        column.name() + " " + column.type().replace(" ", "")))
                        .as(expected.name())
                        .containsExactlyInAnyOrderElementsOf(expected.columns().stream()
                                .map(column ->
                                        column.name() + " " + column.cqlType().replace(" ", ""))
                                .toList());
                assertThat(table.indexes().stream().map(index -> index.name() + " " + index.column()))
                        .as(expected.name())
                        .containsExactlyInAnyOrderElementsOf(expected.indexes().stream()
                                .map(index -> index.name() + " " + index.column())
                                .toList());
            }
        }
        List<Row> rows = SharedNode.session()
                .execute("SELECT subsystem, last_executed, executed, pending FROM " + address.keyspace()
                        + ".schema_meta WHERE key = 'schema_meta'")
                .all();
        assertThat(rows.stream().map(row -> row.getString(0) + " " + row.getString(1)))
                .containsExactlyInAnyOrderElementsOf(catalog.subsystems().stream()
                        .map(subsystem -> subsystem.name() + " " + subsystem.lastExecuted())
                        .toList());
        for (Row row : rows) {
            assertThat(row.isNull(3)).isTrue();
            assertThat(catalog.subsystems())
                    .filteredOn(subsystem -> subsystem.name().equals(row.getString(0)))
                    .allSatisfy(subsystem -> assertThat(row.getSet(2, String.class))
                            .containsExactlyInAnyOrderElementsOf(subsystem.executed()));
        }
    }

    /** Kong 3.0 renamed a type. */
    private static String nameIn(Catalog to, EntityType type) {
        return type.name().equals("vaults_beta") && to.entityType("vaults").isPresent() ? "vaults" : type.name();
    }

    private void drop(KeyspaceAddress address) {
        SampleKeyspaces.drop(address);
        made.remove(address);
    }

    @Override
    public void close() {
        workers.shutdownNow();
        try {
            assertThat(workers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        made.forEach(SampleKeyspaces::drop);
    }
}
