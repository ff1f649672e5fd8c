package io.keyferry.migrator.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.migrator.Mutation;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever stands in a report, a journal or a manifest, the commands that read it end soon, with an exit code that the
 * contract has for it and a message. {@code -Dkeyferry.fuzz=N} tries N inputs of each kind,
 * {@code -Dkeyferry.fuzz.seed=S} others than usual.
 */
class FuzzRunsTest {
    private static final int INPUTS = Integer.getInteger("keyferry.fuzz", 100);
    private static final int RESUMED = Integer.getInteger("keyferry.fuzz", 20);
    private static final long SEED = Long.getLong("keyferry.fuzz.seed", 2026);
    private static final long SLOW_SECONDS = 30;
    private static final String REPORT = "report.json";
    private static final String JOURNAL = "journal.jsonl";
    private static final String MANIFEST = "manifest.json";
    private static final String DIFFERENCES = "differences.jsonl";
    /** Nobody listens there. */
    private static final String NOWHERE = "cassandra://127.0.0.1:1/kong?datacenter=datacenter1";

    @TempDir
    private static Path directory;

    private static String source = "";
    private static String target = "";
    private static Path done;
    private static Path killed;

    @TempDir
    private Path copies;

    /** One run that came to its end, and one that was killed while it imported. */
    @BeforeAll
    static void run() throws Exception {
        source = Keyspaces.sample("fuzz_source");
        target = SharedNode.freshKeyspaceName("fuzz_target");
        killed = directory.resolve("killed");
        Ended dead = Typing.finish(Typing.process(
                directory, List.of("-Dkeyferry.fault=during:16"), Typing.migrate(source, target, killed)));
        assertThat(dead.exitCode()).as(dead.err()).isEqualTo(137);
        String other = SharedNode.freshKeyspaceName("fuzz_done");
        done = directory.resolve("done");
        Ended ended = Typing.keyferry(Typing.migrate(source, other, done));
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        Keyspaces.drop(other);
    }

    @AfterAll
    static void drop() {
        Keyspaces.drop(source);
        Keyspaces.drop(target);
    }

    private static Path copied(Path work, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(work)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
            }
        }
        return to;
    }

    /** Gives each line the checksum that its bytes have, so that what it says is looked at. */
    private static byte[] sealed(byte[] journal) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String line : new String(journal, ISO_8859_1).split("\n", -1)) {
            int end = line.lastIndexOf(",\"crc\":\"");
            if (end < 0) {
                out.writeBytes(line.getBytes(ISO_8859_1));
                continue;
            }
            byte[] summed = line.substring(0, end).getBytes(ISO_8859_1);
            CRC32C sum = new CRC32C();
            sum.update(summed);
            out.writeBytes(summed);
            out.writeBytes(
                    (",\"crc\":\"" + HexFormat.of().toHexDigits((int) sum.getValue()) + "\"}\n").getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    /** What the test does with a work directory that holds a mutated file. */
    private interface Command {
        Ended type(Path work);
    }

    private record Kind(Path work, String file, UnaryOperator<byte[]> dressing, Set<Integer> codes) {}

    private void fuzz(String name, Kind kind, int inputs, Command command) throws IOException {
        fuzz(name, kind, Files.readAllBytes(kind.work().resolve(kind.file())), inputs, command);
    }

    private void fuzz(String name, Kind kind, byte[] good, int inputs, Command command) throws IOException {
        System.out.println("fuzz " + name + ": " + inputs + " inputs, -Dkeyferry.fuzz.seed=" + SEED);
        TreeMap<Integer, Integer> ends = new TreeMap<>();
        Path work = copied(kind.work(), copies.resolve(name));
        for (int number = 0; number < inputs; number++) {
            byte[] input = kind.dressing().apply(Mutation.of(List.of(good), SEED, number));
            ends.merge(tried(name + " " + number, kind, input, work, command), 1, Integer::sum);
        }
        System.out.println("fuzz " + name + ": exit codes " + ends);
        assertThat(ends).as("some are refused").hasSizeGreaterThan(1);
    }

    /** Tries an input, and returns how the command ended. */
    private static int tried(String name, Kind kind, byte[] input, Path work, Command command) throws IOException {
        Files.write(work.resolve(kind.file()), input);
        long began = System.nanoTime();
        Ended ended = command.type(work);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        boolean told = ended.exitCode() == 0 || !(ended.err() + ended.out()).isBlank();
        if (!kind.codes().contains(ended.exitCode()) || !told || seconds > SLOW_SECONDS) {
            Path kept = Files.createDirectories(Path.of("target", "fuzz")).resolve(name.replace(' ', '-') + "-" + SEED);
            Files.write(kept, input);
            throw new AssertionError(name + ", seed " + SEED + ", kept in " + kept.toAbsolutePath() + ": exit "
                    + ended.exitCode() + " after " + seconds + " s\n" + ended.err() + ended.out());
        }
        return ended.exitCode();
    }

    private static Ended verifyReport(Path work) {
        return Typing.keyferry("verify-report", work.resolve(REPORT).toString());
    }

    private Ended repair(Path work) {
        return Typing.keyferry(
                "repair",
                "--report",
                work.resolve(REPORT).toString(),
                "--from",
                NOWHERE,
                "--to",
                NOWHERE,
                "--give-up-after",
                "0",
                "--work-dir",
                copies.resolve("repair-" + System.nanoTime()).toString());
    }

    private static Ended status(Path work) {
        return Typing.keyferry("status", work.toString());
    }

    private static Ended resume(Path work) {
        return Typing.keyferry("migrate", "--resume", "--work-dir", work.toString(), "--give-up-after", "0");
    }

    @Test
    void reportsThatAreChecked() throws IOException {
        fuzz("report", new Kind(done, REPORT, input -> input, Set.of(0, 1, 2)), INPUTS, FuzzRunsTest::verifyReport);
    }

    /** One that is taken leads to a source that is not there. */
    @Test
    void reportsThatAreRepairedBy() throws IOException {
        fuzz("repair", new Kind(done, REPORT, input -> input, Set.of(2, 3, 5)), INPUTS / 2, this::repair);
    }

    /** The report vouches for each input by its SHA-256, so that it is read. */
    @Test
    void differencesThatAreRepaired() throws IOException {
        String line = "{\"type\":\"consumers\",\"id\":\"11111111-2222-4333-8444-55555555555%d\",\"name\":\"jo\","
                + "\"workspace\":\"default\",\"verdict\":\"missing\",\"fields\":{}}\n";
        fuzz(
                "differences",
                new Kind(done, DIFFERENCES, input -> input, Set.of(2, 3, 5)),
                (line.formatted(1) + line.formatted(2)).getBytes(UTF_8),
                INPUTS / 5,
                work -> {
                    vouch(work);
                    return repair(work);
                });
    }

    private static void vouch(Path work) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(work.resolve(DIFFERENCES)));
            String report = Files.readString(work.resolve(REPORT), UTF_8);
            String vouching = report.replaceFirst(
                    "(\"sha256\"\\s*:\\s*\")[0-9a-f]{64}", "$1" + HexFormat.of().formatHex(sum));
            Files.writeString(work.resolve(REPORT), vouching, UTF_8);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void journalsWhoseStatusIsAskedFor() throws IOException {
        fuzz("journal", new Kind(killed, JOURNAL, input -> input, Set.of(0, 2)), INPUTS, FuzzRunsTest::status);
        fuzz("sealed", new Kind(killed, JOURNAL, FuzzRunsTest::sealed, Set.of(0, 2)), INPUTS, FuzzRunsTest::status);
    }

    @Test
    void manifestsWhoseStatusIsAskedFor() throws IOException {
        fuzz("manifest", new Kind(killed, MANIFEST, input -> input, Set.of(0, 2)), INPUTS, FuzzRunsTest::status);
    }

    @Tag("faults")
    @ParameterizedTest
    @ValueSource(strings = {JOURNAL, MANIFEST})
    void runsThatAreGoneOnWith(String file) throws IOException {
        for (int number = 0; number < RESUMED; number++) {
            Path work = copied(killed, copies.resolve(file + number));
            byte[] good = Files.readAllBytes(work.resolve(file));
            byte[] mutated = Mutation.of(List.of(good), SEED, number);
            tried(
                    "resumed " + file + " " + number,
                    new Kind(killed, file, input -> input, Set.of(0, 1, 2, 3, 4, 5, 6)),
                    file.equals(JOURNAL) ? sealed(mutated) : mutated,
                    work,
                    FuzzRunsTest::resume);
        }
    }

    /** What no mutation comes to by itself. */
    @Test
    void filesMadeToBreakAReader() throws IOException {
        byte[] longText = new byte[30 << 20];
        Arrays.fill(longText, (byte) 'x');
        List<byte[]> inputs = new ArrayList<>();
        inputs.add(new byte[0]);
        inputs.add(new byte[1 << 16]);
        inputs.add("[".repeat(1 << 20).getBytes(UTF_8));
        inputs.add("{\"a\":".repeat(1 << 18).getBytes(UTF_8));
        inputs.add(("{\"schema\":\"" + new String(longText, ISO_8859_1) + "\"}").getBytes(ISO_8859_1));
        inputs.add(longText);
        inputs.add("{\"n\": 1e999999999, \"n\": 1}\n".getBytes(UTF_8));
        inputs.add(new byte[] {'{', '"', (byte) 0xff, (byte) 0xc0, '"', ':', '1', '}', '\n'});
        inputs.add("\uFEFF{}".getBytes(UTF_8));
        inputs.add("null".getBytes(UTF_8));
        inputs.add("[]\n[]\n".getBytes(UTF_8));
        inputs.add("\"text\"".getBytes(UTF_8));
        Path reports = copied(done, copies.resolve("reports"));
        Path runs = copied(killed, copies.resolve("runs"));
        Path manifests = copied(killed, copies.resolve("manifests"));
        for (int i = 0; i < inputs.size(); i++) {
            byte[] input = inputs.get(i);
            tried(
                    "hostile report " + i,
                    new Kind(done, REPORT, in -> in, Set.of(1, 2)),
                    input,
                    reports,
                    FuzzRunsTest::verifyReport);
            tried("hostile repair " + i, new Kind(done, REPORT, in -> in, Set.of(2, 5)), input, reports, this::repair);
            Set<Integer> codes = Set.of(0, 2);
            tried(
                    "hostile journal " + i,
                    new Kind(killed, JOURNAL, in -> in, codes),
                    input,
                    runs,
                    FuzzRunsTest::status);
            byte[] line = sealed((new String(input, ISO_8859_1) + ",\"crc\":\"").getBytes(ISO_8859_1));
            tried("hostile line " + i, new Kind(killed, JOURNAL, in -> in, codes), line, runs, FuzzRunsTest::status);
            tried(
                    "hostile manifest " + i,
                    new Kind(killed, MANIFEST, in -> in, Set.of(2)),
                    input,
                    manifests,
                    FuzzRunsTest::status);
        }
    }

    /** A report comes from elsewhere, and is not to have us read what lies elsewhere. */
    @Test
    void aReportMayNameOnlyFilesBesideIt() throws IOException {
        for (String name : List.of("/dev/zero", "../done/journal.jsonl", "a\\u0000b", "", ".", "..", "sub/file")) {
            Path work = copied(done, copies.resolve("names" + System.nanoTime()));
            String report = Files.readString(work.resolve(REPORT), UTF_8);
            assertThat(report).contains("\"differences.jsonl\"");
            Files.writeString(work.resolve(REPORT), report.replace("\"differences.jsonl\"", "\"" + name + "\""), UTF_8);

            Ended ended = verifyReport(work);

            assertThat(ended.exitCode()).as(name + ended.err()).isEqualTo(1);
            assertThat(ended.out()).as(name).contains("WRONG", "name");
        }
    }
}
