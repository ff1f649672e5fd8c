package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.verifier.digest.RunKey;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one run: what it is, how far it got, its kong.yml and its report. Only the owner can look inside,
 * since a kong.yml holds private keys. Thread-safe.
 */
public final class WorkDirectory implements AutoCloseable {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final JsonFactory JSON = new JsonFactory();

    /** The name of the report. */
    static final String REPORT = "report.json";

    private final Path directory;
    /** A stream and not a channel, which an interrupt of the writing thread would close. */
    private final FileOutputStream journal;

    private WorkDirectory(Path directory) throws IOException {
        this.directory = directory;
        Path file = directory.resolve("journal.jsonl");
        Files.createFile(file, PRIVATE_FILE);
        journal = new FileOutputStream(file.toFile(), true);
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
                    return new WorkDirectory(candidate);
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
     * Takes a directory that the user names: a new one, or an empty one.
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
                if (entries.findAny().isPresent()) {
                    throw new KeyferryException(
                            Kind.LOCKED,
                            "work directory " + directory + " is not empty: it may hold another run. Name a new one.");
                }
            }
            Files.setPosixFilePermissions(directory, OWNER_ONLY);
            return new WorkDirectory(directory);
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, "work directory " + directory + " cannot be used: " + e, e);
        }
    }

    public Path path() {
        return directory;
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    /** Appends a record to the journal and forces it to disk. */
    public synchronized void journal(String event, Map<String, String> details) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("at", Instant.now().toString());
            json.writeStringField("event", event);
            for (Map.Entry<String, String> detail : details.entrySet()) {
                json.writeStringField(detail.getKey(), detail.getValue());
            }
            json.writeEndObject();
            json.writeRaw('\n');
            json.flush();
            journal.write(line.toByteArray());
            journal.getFD().sync();
        } catch (IOException e) {
            throw new UncheckedIOException("journal of " + directory, e);
        }
    }

    /** Writes {@code manifest.json}: what this run is. */
    public void manifest(Map<String, String> facts) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            for (Map.Entry<String, String> fact : facts.entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeEndObject();
            json.flush();
            put(
                    "manifest.json",
                    (new String(text.toByteArray(), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("manifest of " + directory, e);
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

    private void put(String name, byte[] content) throws IOException {
        Path temporary = directory.resolve("." + name + ".part");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PRIVATE_FILE);
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
            out.write(content);
            out.getFD().sync();
        }
        Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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

    /** Opens {@code differences.jsonl}, which takes every difference, however many. */
    DifferenceFile differences() throws IOException {
        Path file = file("differences.jsonl");
        Files.deleteIfExists(file);
        Files.createFile(file, PRIVATE_FILE);
        return new DifferenceFile(file, file("violations.jsonl"));
    }

    @Override
    public void close() {
        try {
            journal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("journal of " + directory, e);
        }
    }

    /** Writes differences one a line. Thread-safe. */
    static final class DifferenceFile implements DifferenceSink, AutoCloseable {
        private final Path file;
        private final MessageDigest digest = Sha256.digest();
        private final OutputStream out;
        private final Path violations;
        private @Nullable OutputStream violated;
        private long lines;

        private DifferenceFile(Path file, Path violations) throws IOException {
            this.file = file;
            out = new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), digest));
            this.violations = violations;
        }

        /** Goes to {@code violations.jsonl}, which is made when there is a first one. */
        @Override
        public synchronized void violated(Violation violation) {
            try {
                OutputStream broken = violated;
                if (broken == null) {
                    Files.deleteIfExists(violations);
                    Files.createFile(violations, PRIVATE_FILE);
                    broken = new BufferedOutputStream(Files.newOutputStream(violations));
                    violated = broken;
                }
                ReportJson.writeLine(violation, broken);
            } catch (IOException e) {
                throw new UncheckedIOException("violations.jsonl", e);
            }
        }

        @Override
        public synchronized void accept(Difference difference) {
            try {
                ReportJson.writeLine(difference, out);
                lines++;
            } catch (IOException e) {
                throw new UncheckedIOException("differences.jsonl", e);
            }
        }

        /** What the file is, once all differences are in it. */
        synchronized Report.FileSum sum() throws IOException {
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
            if (violated != null) {
                violated.close();
            }
        }
    }
}
