package io.keyferry.verifier.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keyferry.keyspace.problem.KeyferryException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Holds a report file against its schema, against itself, against its signature and against the files that it vouches
 * for, with nothing but these files.
 *
 * @param report what the file holds
 * @param problems what is wrong; empty when the report is to be believed as far as the notes say
 * @param notes what was found out, and what could not be
 */
public record ReportCheck(JsonNode report, List<String> problems, List<String> notes) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A report lists a thousand differences at most. */
    private static final int LARGEST = 64 << 20;

    public ReportCheck {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** How many differences the run found, as the report's counts say it. */
    public long found() {
        return ReportSums.found(report);
    }

    /**
     * Checks a report.
     *
     * @param trusted the key that must have signed it; empty when any key, or none, will do
     * @throws KeyferryException (USAGE) when the file cannot be read or is no JSON
     */
    public static ReportCheck of(Path file, Optional<VerifyingKey> trusted) {
        byte[] bytes = bytes(file);
        JsonNode report;
        try {
            report = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            // Bounds of size and depth are exceeded nowhere in particular.
            String where =
                    e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
            throw KeyferryException.usage(file + " is no report: " + e.getOriginalMessage() + where);
        } catch (IOException e) {
            throw KeyferryException.usage(file + " cannot be read: " + e);
        }
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        ReportSchema schema = new ReportSchema();
        schema.problems(report).forEach(problem -> problems.add("schema: " + problem));
        if (problems.isEmpty()) {
            notes.add("schema: fits " + ReportJson.SCHEMA);
            schema.undescribed(report).forEach(member -> notes.add("schema: not described there: " + member));
            List<String> sums = ReportSums.problems(report);
            problems.addAll(sums);
            if (sums.isEmpty()) {
                notes.add("sums: add up");
            }
            signature(file, bytes, report, trusted, problems, notes);
            for (JsonNode vouched : report.path("files")) {
                beside(file, vouched.path("name").asText(), problems)
                        .ifPresent(path -> file(path, vouched, problems, notes));
            }
        }
        return new ReportCheck(report, problems, notes);
    }

    /** A file that a report names. It may be a stranger's report, so it must lie beside it, and be no device. */
    private static Optional<Path> beside(Path report, String name, List<String> problems) {
        try {
            Path path = Path.of(name);
            boolean plain = path.getNameCount() == 1 && !path.isAbsolute() && path.equals(path.getFileName());
            if (plain && !name.isEmpty() && !name.equals(".") && !name.equals("..")) {
                Path sibling = report.resolveSibling(name);
                if (!Files.exists(sibling) || Files.isRegularFile(sibling)) {
                    return Optional.of(sibling);
                }
            }
        } catch (InvalidPathException e) {
            // Told below.
        }
        problems.add("files: '" + name + "' is no name of a file beside the report");
        return Optional.empty();
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw KeyferryException.usage(file + " is no report: it has over " + LARGEST + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw KeyferryException.usage(file + " cannot be read: " + e);
        }
    }

    private static void signature(
            Path file,
            byte[] bytes,
            JsonNode report,
            Optional<VerifyingKey> trusted,
            List<String> problems,
            List<String> notes) {
        JsonNode signed = report.path("signature");
        Optional<Path> named =
                beside(file, signed.path("file").asText(file.getFileName() + ReportSignature.SUFFIX), problems);
        if (named.isEmpty()) {
            return;
        }
        Path signature = named.get();
        if (signed.isMissingNode()) {
            if (trusted.isPresent()) {
                problems.add("signature: the report is not signed, but should be with " + trusted.get());
            } else if (Files.exists(signature)) {
                problems.add("signature: there is a " + signature.getFileName()
                        + ", but the report does not say that it was signed");
            } else {
                notes.add("signature: none, so whoever can write the file can have changed it");
            }
            return;
        }
        VerifyingKey key;
        try {
            key = VerifyingKey.parse(signed.path("public_key").asText());
        } catch (GeneralSecurityException e) {
            problems.add("signature: the report names no key of Ed25519: " + e.getMessage());
            return;
        }
        if (trusted.isPresent() && !trusted.get().equals(key)) {
            problems.add("signature: the report says that it was signed with " + key + ", and not with the key given, "
                    + trusted.get());
            return;
        }
        if (!Files.exists(signature)) {
            problems.add(
                    "signature: the report says that it was signed with " + key + ", but " + signature + " is missing");
            return;
        }
        if (!key.signed(bytes, bytes(signature))) {
            problems.add("signature: it is not that of this file: the report was changed after it was signed, or "
                    + signature.getFileName() + " belongs to another");
            return;
        }
        notes.add("signature: good, by " + key
                + (trusted.isPresent() ? ", the key given" : "; say --key to have it held against a key you trust"));
    }

    private static void file(Path path, JsonNode vouched, List<String> problems, List<String> notes) {
        String name = vouched.path("name").asText();
        if (!Files.exists(path)) {
            notes.add(name + ": not beside the report, so not checked");
            return;
        }
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        } catch (IOException e) {
            throw KeyferryException.usage(path + " cannot be read: " + e);
        }
        if (HexFormat.of()
                .formatHex(digest.digest())
                .equals(vouched.path("sha256").asText())) {
            notes.add(name + ": has the SHA-256 that the report names");
        } else {
            problems.add(name + ": its SHA-256 is not the one that the report names, so it was changed");
        }
    }
}
