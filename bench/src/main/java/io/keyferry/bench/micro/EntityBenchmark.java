package io.keyferry.bench.micro;

import static java.util.Objects.requireNonNull;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.data.TupleValue;
import io.keyferry.bench.SampleEntities;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.codec.Nulls;
import io.keyferry.keyspace.codec.RowCodec;
import io.keyferry.keyspace.document.DocumentDialect;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.document.EntityFormat;
import io.keyferry.keyspace.document.Provenance;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.RawDigest;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.digest.TableDigest;
import io.keyferry.verifier.digest.WorkspaceNaming;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What an entity costs on its way: microseconds each, of the mix that {@code bench/run} moves. One row of the result is
 * one station; a migration passes most of them twice.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class EntityBenchmark {
    private static final int ENTITIES = 4_300;
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final Catalog catalog = Catalog.forVersion(KongVersion.parse("2.8.5"));
    private final DocumentDialect dialect = DocumentDialect.of(catalog);
    private final EntityFormat format =
            new EntityFormat(dialect, Style.LINES, new Provenance(catalog.version(), Optional.empty(), List.of()), NOW);
    private final RunKey key = RunKey.random();
    private final EntityDigest digest = new EntityDigest(key, WorkspaceNaming.ofSource(Optional.empty()));
    private final List<DocumentEntry> entries = new ArrayList<>();
    private final List<Entity> entities = new ArrayList<>();
    private final List<StoredForm> stored = new ArrayList<>();

    private @Nullable Path file;
    private @Nullable EntityBinder binder;

    /** An entity as a row, and what makes one of it. */
    private record StoredForm(Entity entity, RowCodec codec, Row row, TupleValue empty, RawDigest raw) {
        @Nullable
        ByteBuffer[] values() {
            @Nullable ByteBuffer[] values = new ByteBuffer[codec.columns().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.getBytesUnsafe(i);
            }
            return values;
        }
    }

    /** Makes the document, its entities and their rows. */
    @Setup
    public void prepare() throws IOException {
        Path document = Files.createTempFile("keyferry-bench-", ".yml");
        file = document;
        SampleEntities.write(ENTITIES, document);
        Map<EntityType, RowCodec> codecs =
                new TreeMap<>((one, other) -> one.name().compareTo(other.name()));
        Map<EntityType, RawDigest> digests =
                new TreeMap<>((one, other) -> one.name().compareTo(other.name()));
        try (DocumentReader reader = DocumentReader.open(document, catalog)) {
            EntityBinder bound = new EntityBinder(dialect, reader.header(), NOW, Set.of());
            binder = bound;
            for (DocumentEntry entry = reader.next(); entry != null; entry = reader.next()) {
                entries.add(entry);
                Entity entity = bind(bound, entry);
                entities.add(entity);
                RowCodec codec = codecs.computeIfAbsent(entity.type(), Rows::codec);
                TupleValue values = codec.bind(Rows.empty(codec), entity, Nulls.UNSET);
                stored.add(new StoredForm(
                        entity,
                        codec,
                        Rows.row(codec, values),
                        Rows.empty(codec),
                        digests.computeIfAbsent(entity.type(), type -> new RawDigest(key))));
            }
        }
        if (entities.size() != ENTITIES) {
            throw new IllegalStateException(entities.size() + " entities");
        }
    }

    /** Removes the document. */
    @TearDown
    public void clean() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    static Entity bind(EntityBinder binder, DocumentEntry entry) {
        return binder.bind(entry, problem -> {
                    throw new IllegalStateException(problem);
                })
                .orElseThrow()
                .entity();
    }

    /** kong.yml to entries. */
    @Benchmark
    @OperationsPerInvocation(ENTITIES)
    public long readDocument() throws IOException {
        long count = 0;
        try (DocumentReader reader = DocumentReader.open(requireNonNull(file), catalog)) {
            while (reader.next() != null) {
                count++;
            }
        }
        return count;
    }

    /** Entries to entities: defaults filled in, checked against the schema. */
    @Benchmark
    @OperationsPerInvocation(ENTITIES)
    public void bindEntries(Blackhole hole) {
        for (DocumentEntry entry : entries) {
            hole.consume(bind(requireNonNull(binder), entry));
        }
    }

    /** Entities to lines of kong.yml. */
    @Benchmark
    @OperationsPerInvocation(ENTITIES)
    public void writeDocument(Blackhole hole) {
        for (Entity entity : entities) {
            hole.consume(format.encode(entity));
        }
    }

    /** Rows, as the driver gives them, to entities. */
    @Benchmark
    @OperationsPerInvocation(ENTITIES)
    public void decodeRows(Blackhole hole) {
        for (StoredForm form : stored) {
            hole.consume(form.codec().decode(form.row(), NOW.getEpochSecond()));
        }
    }

    /** Entities to the values of a statement. */
    @Benchmark
    @OperationsPerInvocation(ENTITIES)
    public void encodeRows(Blackhole hole) {
        for (StoredForm form : stored) {
            hole.consume(form.codec().bind(form.empty(), form.entity(), Nulls.UNSET));
        }
    }

    /** The canonical digest, and its sum. */
    @Benchmark
    @OperationsPerInvocation(ENTITIES)
    public TableDigest digestEntities() {
        TableDigest sum = new TableDigest();
        for (Entity entity : entities) {
            sum.add(digest.of(entity));
        }
        return sum;
    }

    /** The digest of raw bytes, and its sum. */
    @Benchmark
    @OperationsPerInvocation(ENTITIES)
    public TableDigest digestRows() {
        TableDigest sum = new TableDigest();
        for (StoredForm form : stored) {
            sum.add(form.raw().of(form.entity().key().id(), form.values(), 0));
        }
        return sum;
    }
}
