package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.document.BoundEntity;
import io.keyferry.keyspace.document.DocumentDialect;
import io.keyferry.keyspace.document.DocumentEntry;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.EntityBinder;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import io.keyferry.migrator.PlainDocument.Stated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Our export of a keyspace, against Kong's: once as a plain YAML parser reads both, once as we do. Entities that stand
 * in {@code _ignore} with us count as exported.
 */
final class ExportCase {
    private final Runs runs;
    private final Path database;
    private final Path kongs;
    private final Catalog catalog;

    ExportCase(Runs runs, Path database, Path kongs, Catalog catalog) {
        this.runs = runs;
        this.database = database;
        this.kongs = kongs;
        this.catalog = catalog;
    }

    void run(String name) throws IOException {
        Findings findings = new Findings(name);
        Keyspaces.Loaded source = runs.keyspaces().load(database);
        Path ours = Files.createTempDirectory(runs.directory(), "export").resolve("kong.yml");
        runs.export(source.address(), catalog, ours);
        Instant exported = Instant.now();
        ExportAllowances allowances = new ExportAllowances(catalog, exported, Duration.between(source.at(), exported));
        findings.sort(
                differences(
                        PlainDocument.read(kongs, catalog).entities(),
                        PlainDocument.read(ours, catalog).entities()),
                allowances.list());
        PlainDocument.read(ours, catalog).entities().stream()
                .filter(Stated::hidden)
                .forEach(hidden -> allowances
                        .whyHidden(hidden)
                        .ifPresentOrElse(
                                findings::meant,
                                () -> findings.unexplained(hidden.type() + " stands in _ignore for no reason")));
        Set<String> refused = new TreeSet<>();
        List<Stated> read = bound(kongs, refused, findings);
        List<Stated> own = bound(ours, new TreeSet<>(), findings).stream()
                .filter(entity -> !refused.contains(entity.type() + " " + entity.id(catalog)))
                .toList();
        Findings again = new Findings(name + ", as we read both");
        again.sort(differences(read, own), allowances.list());
        again.conclude();
        findings.conclude();
    }

    private List<DocumentDifference> differences(List<Stated> left, List<Stated> right) {
        Map<String, Stated> byKey = byKey(left);
        Map<String, Stated> ours = byKey(right);
        List<DocumentDifference> differences = new ArrayList<>();
        byKey.forEach((key, entity) -> {
            Stated our = ours.get(key);
            if (our == null) {
                differences.add(whole(entity, Optional.of(entity), Optional.empty()));
            } else {
                compare(entity, our, differences);
            }
        });
        ours.forEach((key, entity) -> {
            if (!byKey.containsKey(key)) {
                differences.add(whole(entity, Optional.empty(), Optional.of(entity)));
            }
        });
        return differences;
    }

    private Map<String, Stated> byKey(List<Stated> entities) {
        Map<String, Stated> byKey = new LinkedHashMap<>();
        entities.forEach(entity -> byKey.put(entity.type() + " " + entity.id(catalog), entity));
        return byKey;
    }

    private DocumentDifference whole(Stated entity, Optional<Stated> kong, Optional<Stated> our) {
        JsonNode nothing = Canonical.object(null);
        return new DocumentDifference(entity.type(), entity.id(catalog), "", nothing, nothing, kong, our);
    }

    private void compare(Stated kong, Stated our, List<DocumentDifference> differences) {
        Set<String> names = new TreeSet<>();
        kong.fields().fieldNames().forEachRemaining(names::add);
        our.fields().fieldNames().forEachRemaining(names::add);
        if (our.note().has("expires")) {
            names.add("ttl");
        }
        for (String name : names) {
            JsonNode left = value(kong, name);
            JsonNode right = value(our, name);
            if (!left.equals(right) && !(Canonical.isNothing(left) && Canonical.isNothing(right))) {
                differences.add(new DocumentDifference(
                        kong.type(), kong.id(catalog), name, left, right, Optional.of(kong), Optional.of(our)));
            }
        }
    }

    /** A field's value in canonical form; sets have no order. */
    private JsonNode value(Stated entity, String name) {
        JsonNode value = Canonical.of(entity.fields().path(name));
        Field field = catalog.entityType(entity.type())
                .flatMap(type -> type.field(name))
                .orElse(null);
        if (field != null && field.cqlType().startsWith("set<")) {
            return PlainDocument.unordered(value);
        }
        if (field != null && field.cqlType().startsWith("map<") && value.isObject()) {
            ObjectNode members = JsonNodeFactory.instance.objectNode();
            value.properties()
                    .forEach(member -> members.set(member.getKey(), PlainDocument.unordered(member.getValue())));
            return members;
        }
        return value;
    }

    /** The document as our own reader and binder read it; what they refuse must be on the list of refusals. */
    private List<Stated> bound(Path file, Set<String> refused, Findings findings) throws IOException {
        List<Stated> entities = new ArrayList<>();
        try (DocumentReader reader = DocumentReader.open(file, catalog)) {
            EntityBinder binder =
                    new EntityBinder(DocumentDialect.of(catalog), reader.header(), Instant.now(), Set.of());
            for (DocumentEntry entry = reader.next(); entry != null; entry = reader.next()) {
                DocumentEntry current = entry;
                Optional<BoundEntity> bound =
                        binder.bind(entry, problem -> refuse(problem, current, refused, findings));
                bound.ifPresent(one -> entities.add(stated(one)));
            }
        }
        return entities;
    }

    private static void refuse(String problem, DocumentEntry entry, Set<String> refused, Findings findings) {
        String reason = Refusals.reason(problem);
        if (reason.isEmpty()) {
            findings.unexplained("we refuse what Kong exported: " + problem);
        } else {
            findings.meant(reason);
        }
        Value id = entry.fields().values().get(entry.type().primaryKey());
        refused.add(entry.type().name() + " " + (id instanceof Value.Text text ? text.value() : ""));
    }

    private static Stated stated(BoundEntity bound) {
        EntityType type = bound.entity().type();
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (Field field : type.fields()) {
            Value value = bound.entity().value(field);
            if (value != null) {
                fields.set(field.name(), node(value));
            }
        }
        return new Stated(type.name(), fields, false, JsonNodeFactory.instance.missingNode());
    }

    private static JsonNode node(Value value) {
        return value instanceof Value.Text text
                ? TextNode.valueOf(text.value())
                : Canonical.parsed(JsonText.print(value));
    }
}
