package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Where a migrated keyspace may differ from one that Kong upgraded in place, and what it must hold then.
 *
 * @param before the keyspace before either
 * @param kong what Kong made of it, with our workspace's id
 * @param elapsed how long ago the keyspace was loaded
 */
record MigrationAllowances(
        Catalog from,
        Catalog to,
        RecordedKeyspace before,
        RecordedKeyspace kong,
        RecordedKeyspace ours,
        Duration elapsed) {
    private static final Set<String> DERIVED = Set.of("ws_id", "cache_key", "partition");
    private static final Set<String> WITHOUT_HASH = Set.of("least-connections", "latency");
    private static final int SLACK_SECONDS = 3;

    List<Allowance<RowDifference>> list() {
        List<Allowance<RowDifference>> list = new ArrayList<>(List.of(Identity.WORKSPACE, Identity.CLUSTER_ID));
        list.addAll(Tags.allowances(kong, ours, target()));
        list.add(value("a null that the new version has a default for holds the default", this::isDefault));
        list.add(value("a null path_handling means v1 (T8)", this::isOldPathHandling));
        list.add(value("an upstream's algorithm and hash_on are stored as Kong reads them", this::isAsRead));
        list.add(value(
                "an empty text is stored as the null that Kong reads",
                difference -> difference.kong().isTextual()
                        && difference.kong().asText().isEmpty()
                        && difference.ours().isNull()));
        list.add(value("times are whole seconds, as Kong reads them", this::isWholeSecond));
        list.add(value("a column that the new version never reads is not copied", this::isDead));
        list.add(value("a plugin's config has what the new version's schema asks for", this::isFitted));
        list.addAll(new RuleAllowances(from, to).list(MigrationAllowances::isFitted));
        list.add(value("schema_meta says what a fresh bootstrap says", this::isOfBootstrap));
        list.add(row("schema_meta says what a fresh bootstrap says", this::isSubsystem));
        list.add(row("runtime data, counters and locks are not moved", this::isNotMoved));
        list.add(row("parameters belong to a keyspace", this::isParameter));
        list.add(value(
                "the cluster id belongs to a keyspace; ours has its own",
                difference -> difference.in("parameters")
                        && difference.key().equals("cluster_id")
                        && difference.column().equals("created_at")
                        && difference.ours().isNull()));
        list.add(row("the row expired while the keyspace was upgraded", this::hasExpired));
        list.add(new Allowance<>(
                "a row expires as a whole when the source's row does; Kong's upgrade writes some columns anew",
                difference -> difference.kind() == RowDifference.Kind.TTL && runsOn(difference)));
        return list;
    }

    private Layout target() {
        return new Layout(to);
    }

    private static Allowance<RowDifference> value(String reason, Predicate<RowDifference> covers) {
        return new Allowance<>(
                reason, difference -> difference.kind() == RowDifference.Kind.VALUE && covers.test(difference));
    }

    private static Allowance<RowDifference> row(String reason, Predicate<RowDifference> covers) {
        return new Allowance<>(
                reason,
                difference -> (difference.kind() == RowDifference.Kind.MISSING
                                || difference.kind() == RowDifference.Kind.ADDED)
                        && covers.test(difference));
    }

    private boolean isDefault(RowDifference difference) {
        return difference.kong().isNull()
                && target().field(difference.table(), difference.column())
                        .map(field -> field.schema().defaultValue())
                        .filter(value -> difference.ours().equals(canonicalDefault(value, difference)))
                        .isPresent();
    }

    private JsonNode canonicalDefault(JsonNode value, RowDifference difference) {
        return target().field(difference.table(), difference.column())
                .map(field -> field.cqlType().startsWith("set<") ? PlainDocument.unordered(Canonical.of(value)) : null)
                .orElse(Canonical.of(value));
    }

    private boolean isOldPathHandling(RowDifference difference) {
        return difference.in("routes")
                && difference.column().equals("path_handling")
                && !Set.of("v0", "v1").contains(difference.kong().asText())
                && difference.ours().asText().equals("v1");
    }

    private boolean isAsRead(RowDifference difference) {
        if (!difference.in("upstreams") || !Set.of("algorithm", "hash_on").contains(difference.column())) {
            return false;
        }
        RecordedRow stored = difference.kongRow().orElseThrow();
        String algorithm = RowComparison.value(stored, "algorithm").asText("");
        String hashOn = RowComparison.value(stored, "hash_on").asText("");
        if (difference.column().equals("hash_on")) {
            return WITHOUT_HASH.contains(algorithm)
                    && difference.ours().asText().equals("none");
        }
        boolean hashes = !Set.of("none", "null", "").contains(hashOn);
        return !WITHOUT_HASH.contains(algorithm)
                && difference.ours().asText().equals(hashes ? "consistent-hashing" : "round-robin");
    }

    private boolean isWholeSecond(RowDifference difference) {
        return target().isTimeOfKong(difference.table(), difference.column())
                && Times.parsed(difference.kong())
                        .map(time -> time.truncatedTo(ChronoUnit.SECONDS))
                        .equals(Times.parsed(difference.ours()));
    }

    private boolean isDead(RowDifference difference) {
        return difference.ours().isNull()
                && !DERIVED.contains(difference.column())
                && target().type(difference.table()).isPresent()
                && target().field(difference.table(), difference.column()).isEmpty();
    }

    private boolean isFitted(RowDifference difference) {
        if (!difference.in("plugins") || !difference.column().equals("config")) {
            return false;
        }
        return to.plugin(difference.value("name").asText())
                .map(PluginSchema::config)
                .filter(schema -> isFitted(schema, difference.kong(), difference.ours()))
                .isPresent();
    }

    /** Ours has what Kong has, without unknown keys, and the default where a value is required but null. */
    private static boolean isFitted(FieldSchema schema, JsonNode kongs, JsonNode our) {
        if (kongs.equals(our)) {
            return true;
        }
        if (kongs.isNull()) {
            JsonNode value = schema.defaultValue();
            return schema.required() && value != null && our.equals(Canonical.of(value));
        }
        if (!(kongs instanceof ObjectNode left) || !(our instanceof ObjectNode right)) {
            return false;
        }
        Set<String> keys = new TreeSet<>();
        left.fieldNames().forEachRemaining(keys::add);
        right.fieldNames().forEachRemaining(keys::add);
        return keys.stream().allMatch(key -> {
            Optional<FieldSchema> member = schema.field(key);
            return member.isEmpty()
                    ? !right.has(key)
                    : left.has(key) == right.has(key) && isFitted(member.get(), left.path(key), right.path(key));
        });
    }

    private boolean isOfBootstrap(RowDifference difference) {
        return difference.in("schema_meta")
                && subsystem(difference)
                        .filter(subsystem -> switch (difference.column()) {
                            case "last_executed" -> difference.ours().asText().equals(subsystem.lastExecuted());
                            case "executed" ->
                                difference.ours().equals(texts(subsystem.executed()))
                                        && texts(difference.kong()).containsAll(subsystem.executed());
                            case "pending" -> Canonical.isNothing(difference.ours());
                            default -> false;
                        })
                        .isPresent();
    }

    private static JsonNode texts(Collection<String> texts) {
        return PlainDocument.unordered(Canonical.object(texts));
    }

    private static Set<String> texts(JsonNode elements) {
        Set<String> texts = new TreeSet<>();
        elements.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    /** A plugin that only one of both keyspaces has enabled, or that the new version no longer has. */
    private boolean isSubsystem(RowDifference difference) {
        return difference.in("schema_meta")
                && subsystem(difference).isPresent() == (difference.kind() == RowDifference.Kind.ADDED);
    }

    private Optional<Subsystem> subsystem(RowDifference difference) {
        return to.subsystems().stream()
                .filter(subsystem ->
                        subsystem.name().equals(difference.value("subsystem").asText()))
                .findFirst();
    }

    private boolean isNotMoved(RowDifference difference) {
        return difference.kind() == RowDifference.Kind.MISSING
                && !Set.of("tags", "parameters", "workspaces", "schema_meta").contains(difference.table())
                && !target().isMoved(difference.table());
    }

    private boolean isParameter(RowDifference difference) {
        return difference.in("parameters")
                && difference.kind() == RowDifference.Kind.MISSING
                && !difference.key().equals("cluster_id");
    }

    private boolean hasExpired(RowDifference difference) {
        boolean added = difference.kind() == RowDifference.Kind.ADDED;
        return sourceTtl(difference)
                .filter(seconds -> added || seconds <= elapsed.toSeconds() + SLACK_SECONDS)
                .isPresent();
    }

    private boolean runsOn(RowDifference difference) {
        int ours = difference.ours().asInt(0);
        return sourceTtl(difference)
                .filter(source -> ours <= source && ours >= source - elapsed.toSeconds() - SLACK_SECONDS)
                .isPresent();
    }

    /** The longest time to live that the row had before; of a row of tags, that its entity had. */
    private Optional<Integer> sourceTtl(RowDifference difference) {
        String table = difference.table();
        String key = difference.key();
        if (difference.in("tags")) {
            table = to.entityType(difference.value("entity_name").asText())
                    .map(type -> type.table().name())
                    .orElse("");
            key = difference.value("entity_id").asText();
        }
        RecordedRow row = RowComparison.byKey(before, table).get(key);
        return row == null ? Optional.empty() : row.ttl().values().stream().max(Integer::compare);
    }
}
