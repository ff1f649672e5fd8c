package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.rehearsal.CassandraCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares tables with all rows in one partition with those that have a partition a row. */
@Command(
        name = "bench/partition",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description =
                "Exports and verifies a services table, whose rows are all in one partition, and a consumers table "
                        + "with as many rows, on one embedded Cassandra node. A service has three times the columns, so "
                        + "the bare driver reads both, and a table of the same services with a partition each besides. "
                        + "Ends with 1 where Keyferry is slower on the one partition.")
public final class PartitionBench extends BenchCommand {
    private static final String EXPORT = "export of ";
    private static final String VERIFY = "verify of ";
    private static final String DRIVER = "driver reads ";
    private static final String APART = DRIVER + "services, a partition each";
    private static final String APART_KEYSPACE = "apart";
    private static final int PAGES = 8;
    private static final int IN_FLIGHT = 256;

    @Option(names = "--rows", paramLabel = "N", description = "Rows of each (default: ${DEFAULT-VALUE})")
    private long rows = 200_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each is measured (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new PartitionBench()).execute(args));
    }

    @Override
    Result measure(CassandraCluster cluster, Programs programs) throws IOException, InterruptedException {
        Figures figures = new Figures();
        Map<String, String> sources = new LinkedHashMap<>();
        Map<String, String> targets = new LinkedHashMap<>();
        for (String type : new String[] {OneTypeDocument.CONSUMERS, OneTypeDocument.SERVICES}) {
            OneTypeDocument document = new OneTypeDocument(type, rows);
            say("filling a keyspace with " + rows + " " + type + " and migrating it");
            String source = programs.filled(document::write);
            String target = programs.name();
            programs.migrate("migrate", source, target);
            sources.put(type, source);
            targets.put(type, target);
        }
        putApart(cluster, programs, sources.getOrDefault(OneTypeDocument.SERVICES, ""));
        programs.settle();
        for (int round = 1; round <= rounds; round++) {
            figures.add(APART, List.of(DRIVER + OneTypeDocument.CONSUMERS), read(programs, APART_KEYSPACE));
            for (Map.Entry<String, String> one : sources.entrySet()) {
                measure(programs, one.getKey(), one.getValue(), targets.getOrDefault(one.getKey(), ""), figures);
            }
        }
        return new Partition(figures);
    }

    private void measure(Programs programs, String type, String source, String target, Figures figures)
            throws IOException, InterruptedException {
        boolean first = type.equals(OneTypeDocument.CONSUMERS);
        figures.add(DRIVER + type, first ? List.of() : List.of(APART), read(programs, source));
        Path file = programs.directory().resolve("partition.yml");
        Child.Run export = programs.keyferry("export", "export", "--from", programs.uri(source), file.toString());
        Files.delete(file);
        figures.add(
                EXPORT + type,
                first ? List.of() : List.of(EXPORT + OneTypeDocument.CONSUMERS),
                new Figures.Round(rows, export.seconds(), export));
        Child.Run verify =
                programs.keyferry("verify", "verify", "--from", programs.uri(source), "--to", programs.uri(target));
        figures.add(
                VERIFY + type,
                first ? List.of() : List.of(VERIFY + OneTypeDocument.CONSUMERS),
                new Figures.Round(2 * rows, verify.seconds(), verify));
    }

    private Figures.Round read(Programs programs, String keyspace) throws IOException, InterruptedException {
        return programs.readCeiling(JvmCompiler.QUICK, PAGES, rows, keyspace);
    }

    /** The same services in a table that Kong does not have: each has a partition of its own. */
    private void putApart(CassandraCluster cluster, Programs programs, String source)
            throws IOException, InterruptedException {
        say("copying the services to a table with a partition each");
        StringJoiner columns = new StringJoiner(", ");
        cluster.session()
                .execute(
                        "SELECT column_name, type FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?",
                        source,
                        OneTypeDocument.SERVICES)
                .forEach(row -> columns.add(row.getString(0) + " " + row.getString(1)));
        cluster.session()
                .execute("CREATE KEYSPACE " + APART_KEYSPACE
                        + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        cluster.session()
                .execute("CREATE TABLE " + APART_KEYSPACE + "." + OneTypeDocument.SERVICES + " (" + columns
                        + ", PRIMARY KEY (id))");
        Figures.Round copied = programs.writeCeiling(JvmCompiler.QUICK, IN_FLIGHT, 1, rows, source, APART_KEYSPACE);
        say("written without indexes: %.0f rows/s".formatted(copied.rate()));
    }

    private record Partition(Figures figures) implements Result {
        @Override
        public String text() {
            return figures.table() + "not slower on one partition: " + (met() ? "met" : "MISSED");
        }

        @Override
        public boolean met() {
            return figures.rate(EXPORT + OneTypeDocument.SERVICES) >= figures.rate(EXPORT + OneTypeDocument.CONSUMERS)
                    && figures.rate(VERIFY + OneTypeDocument.SERVICES)
                            >= figures.rate(VERIFY + OneTypeDocument.CONSUMERS);
        }

        @Override
        public JsonNode json() {
            return figures.json();
        }
    }
}
