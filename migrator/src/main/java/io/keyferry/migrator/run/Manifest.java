package io.keyferry.migrator.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a run is, as {@code manifest.json} in its work directory says it: written once, before anything is done. No
 * secrets. Immutable.
 *
 * @param run tells this run from all others, also from those in directories of the same name
 * @param version of the Keyferry that began it
 * @param from the source's place
 * @param to the target's place
 * @param options what was typed, for a resume that does not repeat it
 * @param settings what decides on the outcome: a resume must have the same
 */
public record Manifest(
        String run,
        String command,
        String version,
        String by,
        Instant started,
        String from,
        String to,
        Map<String, String> options,
        Map<String, String> settings) {
    static final String FILE = "manifest.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Manifest {
        options = Map.copyOf(options);
        settings = Map.copyOf(settings);
    }

    /** Whether a directory holds a run that has begun. */
    public static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /**
     * Reads the manifest of a work directory.
     *
     * @throws KeyferryException (USAGE) when there is none, or it is none of ours
     */
    public static Manifest read(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            return new Manifest(
                    text(json, "run"),
                    text(json, "command"),
                    text(json, "keyferry"),
                    text(json, "by"),
                    Instant.parse(text(json, "started")),
                    text(json, "from"),
                    text(json, "to"),
                    texts(json.path("options")),
                    texts(json.path("settings")));
        } catch (NoSuchFileException e) {
            throw new KeyferryException(
                    Kind.USAGE,
                    directory + " holds no run of Keyferry (it has no " + FILE
                            + "): name the work directory of the run, or leave out --resume to begin one",
                    e);
        } catch (JsonProcessingException | DateTimeParseException | IllegalArgumentException e) {
            throw new KeyferryException(
                    Kind.USAGE, file + " is no manifest that Keyferry wrote: " + firstLine(e.getMessage()), e);
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, file + " cannot be read: " + e, e);
        }
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    private static String text(JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new IllegalArgumentException("'" + name + "' is missing or no text");
        }
        return json.path(name).asText();
    }

    private static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new TreeMap<>();
        json.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }

    byte[] bytes() {
        ObjectNode json = JSON.createObjectNode();
        json.put("run", run);
        json.put("command", command);
        json.put("keyferry", version);
        json.put("by", by);
        json.put("started", started.toString());
        json.put("from", from);
        json.put("to", to);
        new TreeMap<>(options).forEach(json.putObject("options")::put);
        new TreeMap<>(settings).forEach(json.putObject("settings")::put);
        try {
            return (JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What another run would have otherwise, in words; empty when it may go on with this one. */
    List<String> differences(Manifest other) {
        List<String> differences = new ArrayList<>();
        compare("command", command, other.command, differences);
        TreeSet<String> names = new TreeSet<>(settings.keySet());
        names.addAll(other.settings.keySet());
        for (String name : names) {
            compare(
                    name,
                    settings.getOrDefault(name, "not said"),
                    other.settings.getOrDefault(name, "not said"),
                    differences);
        }
        return differences;
    }

    private static void compare(String what, String ours, String others, List<String> differences) {
        if (!ours.equals(others)) {
            differences.add(what + ": the run has " + ours + ", and now it is " + others);
        }
    }
}
