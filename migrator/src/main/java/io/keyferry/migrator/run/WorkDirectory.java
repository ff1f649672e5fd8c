package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.report.Outcome;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.report.ReportHtml;
import io.keyferry.verifier.report.ReportJson;
import io.keyferry.verifier.report.ReportSignature;
import io.keyferry.verifier.report.Sha256;
import io.keyferry.verifier.report.SigningKey;
import io.keyferry.verifier.verify.Difference;
import io.keyferry.verifier.verify.DifferenceSink;
import io.keyferry.verifier.verify.Violation;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory of one run: what it is, how far it got, its kong.yml and its report. Only the owner can look inside,
 * since a kong.yml holds private keys. Thread-safe.
 */
public final class WorkDirectory implements AutoCloseable {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    static final String JOURNAL = "journal.jsonl";
    static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** The name of the report. */
    static final String REPORT = "report.json";

    private final Path directory;
    private final DirectoryLock lock;
    private final Journal journal;
    private final Past past;

    private WorkDirectory(Path directory, DirectoryLock lock, Journal journal, Past past) {
        this.directory = directory;
        this.lock = lock;
        this.journal = journal;
        this.past = past;
    }

    /** A directory in which nothing has begun. */
    private static WorkDirectory begin(Path directory) throws IOException {
        DirectoryLock lock = DirectoryLock.take(directory);
        Path file = directory.resolve(JOURNAL);
        Files.deleteIfExists(file);
        Files.createFile(file, PRIVATE_FILE);
        return new WorkDirectory(directory, lock, Journal.begin(file), new Past());
    }

    /**
     * Creates {@code <parent>/<UTC>-<command>}, with a number behind it where that exists.
     *
     * @throws KeyferryException (USAGE) when it cannot be created
     */
    public static WorkDirectory below(Path parent, String command, Instant now) {
        try {
            Files.createDirectories(parent);
            String name = STAMP.format(now) + "-" + command;
            for (int i = 1; ; i++) {
                Path candidate = parent.resolve(i == 1 ? name : name + "-" + i);
                try {
                    Files.createDirectory(candidate, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                    return begin(candidate);
                } catch (FileAlreadyExistsException e) {
                    // Two runs in one second: take the next name.
                }
            }
        } catch (IOException e) {
            throw new KeyferryException(
                    Kind.USAGE,
                    "no work directory can be made in " + parent + ": " + e + ". Name another with --work-dir.",
                    e);
        }
    }

    /**
     * Takes a directory that the user names: a new one, an empty one, or one in which a run was killed before it began.
     *
     * @throws KeyferryException (LOCKED) when it holds another run, (USAGE) when it cannot be used
     */
    public static WorkDirectory at(Path directory) {
        try {
            if (!Files.exists(directory)) {
                Files.createDirectories(
                        requireNonNull(directory.toAbsolutePath().getParent(), "a directory has a parent"));
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            try (var entries = Files.list(directory)) {
                if (!entries.allMatch(WorkDirectory::isOfBeginning)) {
                    throw new KeyferryException(
                            Kind.LOCKED,
                            "work directory " + directory + " is not empty: "
                                    + (Manifest.isIn(directory)
                                            ? "it holds a run. To go on with it, add --resume; 'keyferry status "
                                                    + directory + "' tells how far it is. For another run, name a new"
                                                    + " directory."
                                            : "it may hold another run. Name a new one."));
                }
            }
            Files.setPosixFilePermissions(directory, OWNER_ONLY);
            return begin(directory);
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, "work directory " + directory + " cannot be used: " + e, e);
        }
    }

    /** What stands in a directory before its manifest, without which nothing is done. */
    private static boolean isOfBeginning(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.equals(JOURNAL) || name.equals(".lock") || name.equals("." + Manifest.FILE + ".part");
    }

    /**
     * Goes on with the run of a directory.
     *
     * @throws KeyferryException (LOCKED) when another process works in it, (USAGE) when it holds no run, or one whose
     *     files are damaged
     */
    public static WorkDirectory resume(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw KeyferryException.usage("there is no work directory " + directory
                    + ": name the one of the run, or leave out --resume to begin one");
        }
        Manifest.read(directory);
        try {
            DirectoryLock lock = DirectoryLock.take(directory);
            try {
                Past past = new Past();
                return new WorkDirectory(
                        directory, lock, Journal.resume(directory.resolve(JOURNAL), past::accept), past);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, "work directory " + directory + " cannot be used: " + e, e);
        }
    }

    /** What earlier attempts of the run did; nothing where it has just begun. */
    Past past() {
        return past;
    }

    /**
     * How the run ended, when there is nothing left for another attempt. One that failed can be gone on with; so can one
     * that found differences, which may have been mended since.
     */
    public Optional<Outcome> finalOutcome() {
        return past.outcome()
                .flatMap(label -> Stream.of(Outcome.EQUAL, Outcome.DONE, Outcome.PLANNED)
                        .filter(outcome -> outcome.label().equals(label))
                        .findFirst());
    }

    public Path path() {
        return directory;
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    /** Appends a record to the journal and forces it to disk. */
    void journal(String event, JsonNode details) {
        journal.append(event, details);
    }

    /** As {@link #journal(String, JsonNode)}, of texts. */
    void journal(String event, Map<String, String> details) {
        ObjectNode texts = Journal.details();
        details.forEach(texts::put);
        journal(event, texts);
    }

    /** Writes {@code manifest.json}: what this run is. */
    void manifest(Manifest manifest) {
        try {
            put(Manifest.FILE, manifest.bytes());
            force();
        } catch (IOException e) {
            throw new UncheckedIOException("manifest of " + directory, e);
        }
    }

    /** Makes the names in the directory durable, also in a thread that is to stop: an interrupt closes the channel. */
    private void force() throws IOException {
        boolean interrupted = Thread.interrupted();
        boolean forced = false;
        while (!forced) {
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
                forced = true;
            } catch (ClosedByInterruptException e) {
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Writes {@code report.json}, its signature and {@code report.html}, each replacing an earlier one at once or not at
     * all.
     */
    public void report(Report report, Optional<SigningKey> signing) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ByteArrayOutputStream html = new ByteArrayOutputStream();
        try {
            ReportJson.write(report, json);
            put(REPORT, json.toByteArray());
            if (signing.isPresent()) {
                put(REPORT + ReportSignature.SUFFIX, signing.get().sign(json.toByteArray()));
            }
            ReportHtml.write(json.toByteArray(), html);
            put("report.html", html.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("report of " + directory, e);
        }
    }

    /** Replaces a file at once or not at all, and forces its content to disk. */
    private void put(String name, byte[] content) throws IOException {
        put(name, content, true);
    }

    private void put(String name, byte[] content, boolean durable) throws IOException {
        Path temporary = directory.resolve("." + name + ".part");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PRIVATE_FILE);
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
            out.write(content);
            if (durable) {
                out.getFD().sync();
            }
        }
        Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes kong.yml, also one that is not whole; returns whether there was a whole one. */
    public boolean removeDocument() throws IOException {
        Path document = file("kong.yml");
        Files.deleteIfExists(new JournaledExport(this).temporary(document));
        return Files.deleteIfExists(document);
    }

    /** Replaces a file at once or not at all; it may be lost in a crash. */
    void replace(String name, byte[] content) throws IOException {
        put(name, content, false);
    }

    /**
     * The key of this run's row digests, made when it is first asked for. It stays in {@code digest.key} here: with it,
     * sums in the report could be tried out against guessed secrets.
     */
    public synchronized RunKey runKey() {
        Path file = file("digest.key");
        try {
            if (!Files.exists(file)) {
                put("digest.key", RunKey.random().bytes());
            }
            return RunKey.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("digest.key of " + directory, e);
        }
    }

    /** Opens {@code differences.jsonl} and {@code violations.jsonl}, which take all that is found, however many. */
    DifferenceFile differences() throws IOException {
        SummedFile differences = new SummedFile(file("differences.jsonl"));
        try {
            return new DifferenceFile(differences, new SummedFile(file("violations.jsonl")));
        } catch (IOException e) {
            differences.close();
            throw e;
        }
    }

    @Override
    public void close() {
        journal.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("lock of " + directory, e);
        }
    }

    /** Writes differences one a line, and violations of invariants into a file of their own. Thread-safe. */
    static final class DifferenceFile implements DifferenceSink, AutoCloseable {
        private final SummedFile differences;
        private final SummedFile violations;

        private DifferenceFile(SummedFile differences, SummedFile violations) {
            this.differences = differences;
            this.violations = violations;
        }

        @Override
        public synchronized void violated(Violation violation) {
            violations.add(out -> ReportJson.writeLine(violation, out));
        }

        @Override
        public synchronized void accept(Difference difference) {
            differences.add(out -> ReportJson.writeLine(difference, out));
        }

        /** What the files are, once all is in them. */
        synchronized List<Report.FileSum> sums() throws IOException {
            return List.of(differences.sum(), violations.sum());
        }

        @Override
        public void close() throws IOException {
            try (differences;
                    violations) {
                // Both are closed, also when one cannot be.
            }
        }
    }

    /** A new file of lines that a report vouches for. Not thread-safe. */
    private static final class SummedFile implements AutoCloseable {
        private final Path file;
        private final MessageDigest digest = Sha256.digest();
        private final OutputStream out;
        private long lines;

        /** Takes the place of a file that an earlier attempt left. */
        SummedFile(Path file) throws IOException {
            this.file = file;
            Files.deleteIfExists(file);
            Files.createFile(file, PRIVATE_FILE);
            out = new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), digest));
        }

        private interface Line {
            void write(OutputStream out) throws IOException;
        }

        void add(Line line) {
            try {
                line.write(out);
                lines++;
            } catch (IOException e) {
                throw new UncheckedIOException(String.valueOf(file.getFileName()), e);
            }
        }

        Report.FileSum sum() throws IOException {
            out.flush();
            return new Report.FileSum(
                    String.valueOf(file.getFileName()),
                    Files.size(file),
                    lines,
                    HexFormat.of().formatHex(digest.digest()));
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
