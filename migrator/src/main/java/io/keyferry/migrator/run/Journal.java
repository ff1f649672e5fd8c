package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a run has done, one JSON object a line, each forced to disk before {@link #append} returns. A record is numbered
 * and ends in a checksum (CRC-32C of all bytes before it). A last record that is torn, as a crash in the middle of
 * writing leaves it, never happened; a damaged one before others is an error. Thread-safe.
 *
 * <p>A stream and not a channel writes it, which an interrupt of the writing thread would close.
 */
final class Journal implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SUM = ",\"crc\":\"";
    private static final int SUM_LENGTH = SUM.length() + 8 + "\"}".length();
    /** Slices of a hundred million rows fit into a tenth of this. */
    private static final int LONGEST_RECORD = 64 << 20;

    private final Path file;
    private final FileOutputStream out;
    private final Faults faults;
    private long records;
    private long bytes;
    private boolean broken;

    private Journal(Path file, FileOutputStream out, Whole before, Faults faults) {
        this.file = file;
        this.out = out;
        records = before.records();
        bytes = before.bytes();
        this.faults = faults;
    }

    /** Begins a journal in a file that is there already and empty. */
    static Journal begin(Path file) throws IOException {
        return new Journal(file, new FileOutputStream(file.toFile(), true), new Whole(0, 0), Faults.ofProcess());
    }

    /**
     * Goes on with a journal: tells what it holds, in order, and removes a torn last record.
     *
     * @throws KeyferryException (USAGE) when it is damaged or gone
     */
    static Journal resume(Path file, Consumer<JsonNode> reader) throws IOException {
        Whole whole = read(file, reader);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(whole.bytes());
            channel.force(true);
        }
        return new Journal(file, new FileOutputStream(file.toFile(), true), whole, Faults.ofProcess());
    }

    /** What of a journal is whole. */
    record Whole(long records, long bytes) {}

    /**
     * Reads all whole records, in order.
     *
     * @throws KeyferryException (USAGE) when one is damaged that is not the last, or there is no journal
     */
    static Whole read(Path file, Consumer<JsonNode> reader) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            long records = 0;
            long bytes = 0;
            byte @Nullable [] line = line(in, file);
            while (line != null) {
                byte @Nullable [] next = line(in, file);
                JsonNode record = record(line);
                if (record == null && next == null) {
                    return new Whole(records, bytes);
                }
                records++;
                if (record == null || record.path("n").asLong() != records) {
                    throw damaged(file, records);
                }
                accept(record, reader, file, records);
                bytes += line.length;
                line = next;
            }
            return new Whole(records, bytes);
        } catch (NoSuchFileException e) {
            throw new KeyferryException(
                    Kind.USAGE, file + " does not exist: " + file.getParent() + " holds no run of Keyferry", e);
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, file + " cannot be read: " + e, e);
        }
    }

    /** A checksum is soon made, and does not say that a record means anything. */
    private static void accept(JsonNode record, Consumer<JsonNode> reader, Path file, long number) {
        try {
            reader.accept(record);
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException | ArithmeticException e) {
            throw new KeyferryException(
                    Kind.USAGE,
                    file + ", line " + number + ": this is no record of Keyferry (" + e.getMessage()
                            + "). This run cannot be resumed; begin again with a new work directory",
                    e);
        }
    }

    private static KeyferryException damaged(Path file, long number) {
        return KeyferryException.usage(file + ", line " + number + ": the record is damaged (its checksum or its number"
                + " does not fit): something else than a crash has changed the file. This run cannot be resumed; begin"
                + " again with a new work directory");
    }

    /** The next line with its end, or what there is of it; null at the end of the file. */
    private static byte @Nullable [] line(InputStream in, Path file) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                break;
            }
            if (line.size() > LONGEST_RECORD) {
                throw KeyferryException.usage(
                        file + " is no journal of Keyferry: a line is longer than " + LONGEST_RECORD + " bytes");
            }
        }
        return line.size() == 0 ? null : line.toByteArray();
    }

    /** The record of a line; null when it is not whole. */
    private static @Nullable JsonNode record(byte[] line) {
        int end = line.length - 1;
        int summed = end - SUM_LENGTH;
        if (summed < 1 || line[end] != '\n') {
            return null;
        }
        String tail = new String(line, summed, SUM_LENGTH, StandardCharsets.US_ASCII);
        if (!tail.equals(SUM + sum(line, summed) + "\"}")) {
            return null;
        }
        try {
            return JSON.readTree(line, 0, end);
        } catch (IOException e) {
            return null;
        }
    }

    private static String sum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /** A record to be filled. */
    static ObjectNode details() {
        return JSON.createObjectNode();
    }

    /**
     * Appends a record and forces it to disk.
     *
     * @throws UncheckedIOException when the disk does not take it; nothing may then be done that leans on it
     */
    synchronized void append(String event, JsonNode details) {
        ObjectNode record = JSON.createObjectNode();
        record.put("n", records + 1);
        record.put("at", Instant.now().toString());
        record.put("event", requireNonNull(event, "event is null"));
        details.properties().forEach(detail -> record.set(detail.getKey(), detail.getValue()));
        if (broken) {
            throw new UncheckedIOException(new IOException(file + " could not be written before"));
        }
        try {
            byte[] line = line(record);
            faults.beforeRecord(line);
            faults.duringRecord(out, line);
            out.write(line);
            out.getFD().sync();
            records++;
            bytes += line.length;
            faults.afterRecord(line);
        } catch (IOException e) {
            takeBack();
            throw new UncheckedIOException(file + " cannot be written: is the disk full?", e);
        }
    }

    /** A record of which the disk took only a part must not stand before others. */
    private void takeBack() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        } catch (IOException e) {
            broken = true;
        }
    }

    private static byte[] line(ObjectNode record) throws JsonProcessingException {
        byte[] bytes = JSON.writeValueAsBytes(record);
        int summed = bytes.length - 1; // Without the brace that ends the object.
        String tail = SUM + sum(bytes, summed) + "\"}\n";
        ByteArrayOutputStream line = new ByteArrayOutputStream(bytes.length + SUM_LENGTH);
        line.write(bytes, 0, summed);
        line.writeBytes(tail.getBytes(StandardCharsets.US_ASCII));
        return line.toByteArray();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be closed", e);
        }
    }
}
