package io.keyferry.bench.micro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.keyferry.bench.SampleEntities;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.document.DocumentDialect;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.DocumentWriter;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.document.EntityFormat;
import io.keyferry.keyspace.document.Provenance;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.model.Entity;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.Event;

/**
 * How fast a kong.yml is read, in megabytes a second: by the parsers alone, as a bound, and by {@link DocumentReader};
 * one entity a line, and in Kong's block style.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ReadBenchmark {
    private static final int ENTITIES = 43_000;
    private static final double MEGABYTE = 1e6;

    private final Catalog catalog = Catalog.forVersion(KongVersion.parse("2.8.5"));
    private final DocumentDialect dialect = DocumentDialect.of(catalog);
    private final Provenance provenance = new Provenance(catalog.version(), Optional.empty(), List.of());
    private final JsonFactory json = new JsonFactory();

    private @Nullable Path lines;
    private @Nullable Path block;

    /** What was read. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Read {
        /** In millions of bytes. */
        public double megabytes;

        /** Begins anew. */
        @Setup(Level.Iteration)
        public void clean() {
            megabytes = 0;
        }

        private void add(Path file) throws IOException {
            megabytes += Files.size(file) / MEGABYTE;
        }
    }

    /** Writes the same entities in both styles. */
    @Setup
    public void prepare() throws IOException {
        Path sample = Files.createTempFile("keyferry-bench-", ".yml");
        SampleEntities.write(ENTITIES, sample);
        Path one = Files.createTempFile("keyferry-bench-", ".yml");
        lines = one;
        write(sample, one, Style.LINES);
        Path other = Files.createTempFile("keyferry-bench-", ".yml");
        block = other;
        write(sample, other, Style.BLOCK);
        Files.delete(sample);
    }

    private void write(Path from, Path to, Style style) throws IOException {
        Instant now = Instant.ofEpochSecond(1_700_000_000);
        EntityFormat format = new EntityFormat(dialect, style, provenance, now);
        List<Entity> entities = new ArrayList<>();
        try (DocumentReader reader = DocumentReader.open(from, catalog)) {
            EntityBinder binder = new EntityBinder(dialect, reader.header(), now, Set.of());
            for (DocumentEntry entry = reader.next(); entry != null; entry = reader.next()) {
                entities.add(EntityBenchmark.bind(binder, entry));
            }
        }
        entities.sort(Comparator.comparingInt(entity -> catalog.entityTypes().indexOf(entity.type())));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to))) {
            DocumentWriter writer = new DocumentWriter(out, dialect, style, provenance);
            for (Entity entity : entities) {
                writer.append(entity.type(), format.encode(entity));
            }
            writer.finish();
        }
    }

    /** Removes the documents. */
    @TearDown
    public void clean() throws IOException {
        Files.delete(requireNonNull(lines));
        Files.delete(requireNonNull(block));
    }

    /** One entity a line, to entries. */
    @Benchmark
    public long readLines(Read read) throws IOException {
        return entries(requireNonNull(lines), read);
    }

    /** Block style, to entries. */
    @Benchmark
    public long readBlock(Read read) throws IOException {
        return entries(requireNonNull(block), read);
    }

    /** One entity a line: Jackson's parser of JSON alone, line by line. */
    @Benchmark
    public long jsonTokensOfLines(Read read) throws IOException {
        Path file = requireNonNull(lines);
        long count = 0;
        try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("- {")) {
                    try (JsonParser parser = json.createParser(line.substring(2))) {
                        while (parser.nextToken() != null) {
                            count++;
                        }
                    }
                }
            }
        }
        read.add(file);
        return count;
    }

    /** One entity a line: SnakeYAML's events alone. */
    @Benchmark
    public long yamlEventsOfLines(Read read) throws IOException {
        return events(requireNonNull(lines), read);
    }

    /** Block style: SnakeYAML's events alone. */
    @Benchmark
    public long yamlEventsOfBlock(Read read) throws IOException {
        return events(requireNonNull(block), read);
    }

    private long entries(Path file, Read read) throws IOException {
        long count = 0;
        try (DocumentReader reader = DocumentReader.open(file, catalog)) {
            while (reader.next() != null) {
                count++;
            }
        }
        read.add(file);
        return count;
    }

    private static long events(Path file, Read read) throws IOException {
        long count = 0;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
            for (Event event : new Yaml(options).parse(reader)) {
                count += event.is(Event.ID.Scalar) ? 1 : 0;
            }
        }
        read.add(file);
        return count;
    }
}
