package io.keyferry.migrator.load;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.load.TargetRows.Kept;
import io.keyferry.migrator.load.TargetRows.RowKey;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as they were before a repair changed them, one a line: first a line that says what the file is, then of each row
 * its key, its columns in the protocol's bytes (hexadecimal), and the time at which the repair wrote. A line is on disk
 * before its row is changed. The file holds secrets, and only its owner can read it. Not thread-safe.
 */
public final class UndoFile implements AutoCloseable {
    /** The name of the form. */
    public static final String SCHEMA = "keyferry.undo/1";

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * A row and what was done to it.
     *
     * @param time the write time of the repair, in microseconds
     */
    public record Line(Kept before, long time) {}

    private final Path file;
    private final FileOutputStream out;
    private long lines;

    private UndoFile(Path file, FileOutputStream out) {
        this.file = file;
        this.out = out;
    }

    /**
     * Creates a file.
     *
     * @param keyspace whose rows it keeps
     * @throws UncheckedIOException when it exists or cannot be made
     */
    public static UndoFile create(Path file, String keyspace, String run) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            UndoFile undo = new UndoFile(file, new FileOutputStream(file.toFile()));
            undo.write(json -> {
                json.writeStringField("schema", SCHEMA);
                json.writeStringField("run", run);
                json.writeStringField("keyspace", keyspace);
            });
            return undo;
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(file), e);
        }
    }

    /** Keeps a row that will be changed at this write time. */
    public void add(Kept before, long time) {
        lines++;
        write(json -> {
            json.writeStringField("table", before.key().table());
            columns("key", before.key().columns(), json);
            json.writeBooleanField("existed", before.exists());
            columns("columns", before.columns(), json);
            if (before.expiresAt() != 0) {
                json.writeNumberField("expires_at", before.expiresAt());
            }
            json.writeNumberField("time", time);
        });
    }

    /** Forces what was added to the disk. */
    public void sync() {
        try {
            out.getFD().sync();
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(file), e);
        }
    }

    /** How many rows it keeps. */
    public long size() {
        return lines;
    }

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private void write(Content content) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
            json.flush();
            out.write(line.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(file), e);
        }
    }

    private static void columns(String name, Map<String, ByteBuffer> columns, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, ByteBuffer> column : columns.entrySet()) {
            byte[] bytes = new byte[column.getValue().remaining()];
            column.getValue().duplicate().get(bytes);
            json.writeStringField(column.getKey(), HexFormat.of().formatHex(bytes));
        }
        json.writeEndObject();
    }

    /**
     * The lines of a file, the last one first: in the order in which they are to be undone.
     *
     * @throws KeyferryException (USAGE) when it cannot be read, or keeps rows of another keyspace
     */
    public static List<Line> read(Path file, String keyspace) {
        List<Line> lines = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                try {
                    JsonNode json = JSON.readTree(text);
                    if (number == 1) {
                        requireHeader(file, keyspace, json);
                    } else {
                        lines.add(line(json));
                    }
                } catch (JsonProcessingException | IllegalArgumentException e) {
                    if (number > 1 && reader.readLine() == null && !endsWithALine(file)) {
                        break; // The disk took only a part of it, so its row was not changed.
                    }
                    throw KeyferryException.usage(file + ":" + number + " is no line of an undo file: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
                }
            }
            if (number == 0) {
                throw KeyferryException.usage(file + " is empty, and no undo file");
            }
        } catch (IOException e) {
            throw KeyferryException.usage(file + " cannot be read: " + e);
        }
        Collections.reverse(lines);
        return lines;
    }

    private static boolean endsWithALine(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(bytes.length() - 1);
            return bytes.read() == '\n';
        }
    }

    private static void requireHeader(Path file, String keyspace, JsonNode header) {
        if (!header.path("schema").asText().equals(SCHEMA)) {
            throw KeyferryException.usage(
                    file + " is no undo file of 'keyferry repair': its first line does not say " + SCHEMA);
        }
        if (!header.path("keyspace").asText().equals(keyspace)) {
            throw KeyferryException.usage(file + " keeps rows of keyspace "
                    + header.path("keyspace").asText() + ", and --to names " + keyspace);
        }
    }

    private static Line line(JsonNode json) {
        if (!json.path("existed").isBoolean() || json.path("key").isEmpty()) {
            throw new IllegalArgumentException("it names no row");
        }
        RowKey key = new RowKey(json.path("table").asText(), columns(json.path("key")));
        return new Line(
                new Kept(
                        key,
                        json.path("existed").asBoolean(),
                        columns(json.path("columns")),
                        json.path("expires_at").asLong(),
                        0),
                json.path("time").asLong());
    }

    private static Map<String, ByteBuffer> columns(JsonNode json) {
        Map<String, ByteBuffer> columns = new LinkedHashMap<>();
        json.forEachEntry(
                (name, hex) -> columns.put(name, ByteBuffer.wrap(HexFormat.of().parseHex(hex.asText()))));
        return columns;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(file), e);
        }
    }
}
