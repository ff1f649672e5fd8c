package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.migrator.RowDifference.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Where our rules write what Kong's upgrade in place leaves as it was, because Kong's new version translates it on each
 * reading, or fails on it. Each holds only for an upgrade that crosses the rule's version.
 */
record RuleAllowances(Catalog from, Catalog to) {
    private static final Map<String, String> SESSION_NAMES = Map.of(
            "cookie_lifetime", "rolling_timeout",
            "cookie_idletime", "idling_timeout",
            "cookie_samesite", "cookie_same_site",
            "cookie_httponly", "cookie_http_only",
            "cookie_discard", "stale_ttl",
            "cookie_persistent", "remember");

    /**
     * The list.
     *
     * @param fits whether our value of a plugin's config is what its schema makes of Kong's
     */
    List<Allowance<RowDifference>> list(FitsConfig fits) {
        return List.of(
                config(
                        "metrics that Kong 2.0 does not have any more are left out (T16)",
                        "2.0",
                        Set.of("datadog"),
                        fits,
                        this::withoutUnknownMetrics),
                new Allowance<>(
                        "a plugin that the new version does not have any more is left out (T16)",
                        difference -> difference.kind() == Kind.MISSING
                                && difference.in("plugins")
                                && crosses("2.0")
                                && isOfOldPlugin(difference)),
                config(
                        "a policy that is not stated stays cluster (T26)",
                        "3.0",
                        Set.of("rate-limiting", "response-ratelimiting"),
                        fits,
                        RuleAllowances::withPolicy),
                new Allowance<>(
                        "protocols that a plugin does not serve any more are left out (T31)",
                        difference -> difference.in("plugins")
                                && difference.isValueOf("protocols")
                                && crosses("3.1")
                                && areServed(difference)),
                config(
                        "settings of sessions have their new names (T32)",
                        "3.2",
                        Set.of("session"),
                        fits,
                        RuleAllowances::withNewNames),
                new Allowance<>(
                        "updated_at may be empty or the time of creation where nothing was updated (T34)",
                        difference -> difference.isValueOf("updated_at")
                                && crosses("3.3")
                                && isUnset(difference.kong(), difference)
                                && isUnset(difference.ours(), difference)));
    }

    /** Whether our config is what the schema of the plugin makes of Kong's. */
    @FunctionalInterface
    interface FitsConfig {
        boolean test(FieldSchema schema, JsonNode kong, JsonNode ours);
    }

    /** Changes a config as a rule does; says whether there was anything to change. */
    private interface Change extends BiPredicate<ObjectNode, FieldSchema> {}

    private Allowance<RowDifference> config(
            String reason, String version, Set<String> plugins, FitsConfig fits, Change change) {
        return new Allowance<>(reason, difference -> {
            String name = difference.value("name").asText();
            FieldSchema schema = to.plugin(name).map(PluginSchema::config).orElse(null);
            if (!difference.in("plugins")
                    || !difference.isValueOf("config")
                    || !plugins.contains(name)
                    || !crosses(version)
                    || schema == null
                    || !(difference.kong() instanceof ObjectNode kong)) {
                return false;
            }
            ObjectNode changed = kong.deepCopy();
            return change.test(changed, schema) && fits.test(schema, Canonical.of(changed), difference.ours());
        });
    }

    private boolean crosses(String line) {
        KongVersion version = KongVersion.parse(line);
        return !from.version().isLineAtLeast(version) && to.version().isLineAtLeast(version);
    }

    private boolean withoutUnknownMetrics(ObjectNode config, FieldSchema schema) {
        JsonNode known = schema.field("metrics")
                .flatMap(metrics -> Optional.ofNullable(metrics.elements()))
                .flatMap(metric -> metric.field("name"))
                .map(name -> name.constraints().path("one_of"))
                .orElse(JsonNodeFactory.instance.arrayNode());
        Set<String> names = Set.copyOf(texts(known));
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        config.path("metrics").forEach(metric -> {
            if (names.contains(metric.path("name").asText())) {
                kept.add(metric);
            }
        });
        boolean fewer = kept.size() < config.path("metrics").size();
        config.set("metrics", kept);
        return fewer;
    }

    private boolean isOfOldPlugin(RowDifference difference) {
        String name = difference.value("name").asText();
        return from.plugin(name).isPresent() && to.plugin(name).isEmpty();
    }

    private static boolean withPolicy(ObjectNode config, FieldSchema schema) {
        boolean unstated =
                !config.hasNonNull("policy") && schema.field("policy").isPresent();
        config.put("policy", unstated ? "cluster" : config.path("policy").asText());
        return unstated;
    }

    private boolean areServed(RowDifference difference) {
        List<String> served = to.plugin(difference.value("name").asText()).stream()
                .flatMap(plugin -> plugin.overrides().stream())
                .filter(field -> field.name().equals("protocols"))
                .flatMap(field -> Optional.ofNullable(field.elements()).stream())
                .flatMap(element -> texts(element.constraints().path("one_of")).stream())
                .toList();
        List<String> ours = texts(difference.ours());
        List<String> expected =
                texts(difference.kong()).stream().filter(served::contains).toList();
        return ours.equals(expected);
    }

    private static boolean withNewNames(ObjectNode config, FieldSchema schema) {
        SESSION_NAMES.forEach((old, name) -> {
            JsonNode value = config.remove(old);
            if (value != null && !config.has(name)) {
                boolean off = old.equals("cookie_samesite") && value.asText().equals("off");
                config.set(name, off ? TextNode.valueOf("Lax") : value);
            }
        });
        config.remove("cookie_renew");
        if (!config.hasNonNull("idling_timeout")
                && schema.field("idling_timeout").isPresent()) {
            config.set("idling_timeout", IntNode.valueOf(0));
        }
        return true;
    }

    private static boolean isUnset(JsonNode updated, RowDifference difference) {
        return updated.isNull()
                || Times.parsed(updated).equals(Times.parsed(Canonical.of(difference.value("created_at"))));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(element.asText()));
        return texts.stream().sorted().toList();
    }
}
