package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.catalog.TableFate;
import io.keyferry.keyspace.document.DocumentDialect;
import io.keyferry.migrator.PlainDocument.Stated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where our export may differ from Kong's, and what it must hold then.
 *
 * @param exported when we exported
 * @param elapsed how long before that the keyspace was loaded
 */
record ExportAllowances(Catalog catalog, Instant exported, Duration elapsed) {
    /** Kong exported some time before the rows were recorded that we loaded. */
    private static final int SLACK_SECONDS = 90;

    List<Allowance<DocumentDifference>> list() {
        return List.of(
                new Allowance<>(
                        "parameters belong to a keyspace; Kong exports them, we do not",
                        difference -> difference.isMissing() && fate(difference) == TableFate.Kind.BOOTSTRAPPED),
                new Allowance<>(
                        "counters cannot be imported; Kong 2.1 exports them, we do not",
                        difference -> difference.isMissing()
                                && type(difference)
                                        .filter(type -> !new Layout(catalog)
                                                .isMoved(type.table().name()))
                                        .isPresent()),
                new Allowance<>(
                        "Kong's export leaves this type out, ours does not",
                        difference -> difference.isAdded()
                                && type(difference)
                                        .filter(type -> !type.exportedByKong())
                                        .isPresent()),
                value("the time to live ran down between Kong's export and ours", this::hasRunDown),
                value("Kong reads the default for keys that a stored config lacks", this::lacksDefaults),
                value("Kong exports 14 digits of a number", this::hasMoreDigits));
    }

    /** Why an entity stands in {@code _ignore} with us; empty where it should not. */
    Optional<String> whyHidden(Stated hidden) {
        if (hidden.note().has("workspace")) {
            return Optional.of("of another workspace, which Kong's file cannot say: in _ignore with us");
        }
        return catalog.entityType(hidden.type())
                .flatMap(DocumentDialect.of(catalog)::hiddenBecause)
                .map(why -> hidden.type() + " in _ignore with us: " + why);
    }

    private static Allowance<DocumentDifference> value(String reason, Predicate<DocumentDifference> covers) {
        return new Allowance<>(reason, difference -> difference.isValue() && covers.test(difference));
    }

    private Optional<EntityType> type(DocumentDifference difference) {
        return catalog.entityType(difference.type());
    }

    private TableFate.Kind fate(DocumentDifference difference) {
        return type(difference).map(type -> type.table().fate().kind()).orElse(TableFate.Kind.COPIED);
    }

    private boolean hasRunDown(DocumentDifference difference) {
        if (!difference.field().equals("ttl") || !difference.kong().isNumber()) {
            return false;
        }
        JsonNode expires = difference.our().orElseThrow().note().path("expires");
        long ours = expires.asLong() - exported.getEpochSecond();
        long shift = difference.kong().asLong() - ours;
        boolean stated = difference.ours().isNumber()
                ? Math.abs(difference.ours().asLong() - ours) <= 2
                : !DocumentDialect.of(catalog).statesTransform();
        return expires.isNumber() && stated && Math.abs(shift) <= elapsed.toSeconds() + SLACK_SECONDS;
    }

    private boolean lacksDefaults(DocumentDifference difference) {
        return difference.type().equals("plugins")
                && difference.field().equals("config")
                && catalog.plugin(difference
                                .kongs()
                                .orElseThrow()
                                .fields()
                                .path("name")
                                .asText())
                        .map(PluginSchema::config)
                        .filter(schema -> isFilled(schema, difference.kong(), difference.ours()))
                        .isPresent();
    }

    /** Kong's value is ours, with defaults or nulls where ours lacks something. */
    private static boolean isFilled(FieldSchema schema, JsonNode kong, JsonNode ours) {
        if (kong.equals(ours)) {
            return true;
        }
        if (Canonical.isNothing(ours)) {
            JsonNode value = schema.defaultValue();
            return Canonical.isNothing(kong)
                    || (value != null && kong.equals(Canonical.of(value)))
                    || (kong.isObject() && areFilled(schema, kong, ours));
        }
        return kong.isObject() && ours.isObject() && areFilled(schema, kong, ours);
    }

    private static boolean areFilled(FieldSchema schema, JsonNode kong, JsonNode ours) {
        return ours.properties().stream().allMatch(member -> kong.has(member.getKey()))
                && kong.properties().stream()
                        .allMatch(member -> schema.field(member.getKey())
                                .filter(field -> isFilled(field, member.getValue(), ours.path(member.getKey())))
                                .isPresent());
    }

    private boolean hasMoreDigits(DocumentDifference difference) {
        return difference.kong().isNumber()
                && difference.ours().isNumber()
                && String.format(Locale.ROOT, "%.13e", difference.ours().doubleValue())
                        .equals(String.format(
                                Locale.ROOT, "%.13e", difference.kong().doubleValue()));
    }
}
