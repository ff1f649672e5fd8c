package io.keyferry.migrator.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.upgrade.Choices;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the source that are not as they should be: all in a file, one JSON object a line, the first of each kind in
 * memory. The file is made when there is a first one. Thread-safe; close it when the last is found.
 */
final class Findings implements AutoCloseable {
    private static final int SHOWN = 5;
    private static final JsonFactory JSON = new JsonFactory();

    private final Path file;
    private final Map<ScarKind, Long> counts = new EnumMap<>(ScarKind.class);
    private final Map<ScarKind, List<String>> shown = new EnumMap<>(ScarKind.class);
    private @Nullable OutputStream out;

    Findings(Path file) {
        this.file = file;
    }

    /**
     * Notes a row.
     *
     * @param detail what is wrong with it, without values that may be secret; empty when the kind says it all
     */
    synchronized void add(ScarKind kind, Entity row, String detail) {
        counts.merge(kind, 1L, Long::sum);
        List<String> few = shown.computeIfAbsent(kind, added -> new ArrayList<>());
        String id = row.text(row.type().primaryKey()).orElse("");
        Optional<String> name = name(row);
        if (few.size() < SHOWN) {
            few.add(row.type() + " " + id + name.map(text -> " '" + text + "'").orElse("")
                    + (detail.isEmpty() ? "" : ", " + detail));
        }
        try {
            OutputStream stream = out == null ? open() : out;
            StringWriter line = new StringWriter();
            try (JsonGenerator json = JSON.createGenerator(line)) {
                json.writeStartObject();
                json.writeStringField("kind", kind.label());
                json.writeStringField("type", row.type().name());
                json.writeStringField("id", id);
                if (name.isPresent()) {
                    json.writeStringField("name", name.get());
                }
                if (!detail.isEmpty()) {
                    json.writeStringField("detail", detail);
                }
                json.writeEndObject();
            }
            stream.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private OutputStream open() throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        OutputStream opened = new BufferedOutputStream(Files.newOutputStream(file));
        out = opened;
        return opened;
    }

    /** The name by which people know the row, unless it is a secret. */
    private static Optional<String> name(Entity row) {
        EntityType type = row.type();
        return type.endpointKey()
                .flatMap(type::field)
                .filter(field -> !field.schema().secret())
                .map(Field::name)
                .flatMap(row::text);
    }

    /** Tells of each kind that was found, with what is to be done about it. */
    synchronized void tell(Choices choices, Consumer<String> problems, Consumer<String> warnings) {
        counts.forEach((kind, count) -> {
            List<String> few = shown.getOrDefault(kind, List.of());
            String rows = count + (count == 1 ? " row " : " rows ") + kind.what() + ": " + String.join("; ", few)
                    + (count > few.size()
                            ? "; and " + (count - few.size()) + " more, all of them in " + file.getFileName()
                                    + " of the work directory"
                            : "")
                    + ". " + kind.remedy(choices);
            (kind.isRefused(choices) ? problems : warnings).accept(rows);
        });
    }

    private KeyferryException unwritable(IOException e) {
        return new KeyferryException(Kind.USAGE, file + " cannot be written: " + e.getMessage(), e);
    }

    @Override
    public synchronized void close() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }
}
