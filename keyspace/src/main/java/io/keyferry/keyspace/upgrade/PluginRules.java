package io.keyferry.keyspace.upgrade;

import static io.keyferry.keyspace.upgrade.Rule.ofPlugins;
import static io.keyferry.keyspace.upgrade.Rule.rule;

import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules on bundled plugins; those on sessions have a place of their own ({@link SessionRule}). */
final class PluginRules {
    private static final Set<String> LISTING = Set.of("acl", "ip-restriction", "bot-detection");
    private static final Set<String> SERVERLESS = Set.of("pre-function", "post-function");
    private static final Set<String> LIMITING = Set.of("rate-limiting", "response-ratelimiting");
    private static final String SIDECAR_INJECTOR = "kubernetes-sidecar-injector";
    private static final Set<String> DATADOG_WITHOUT =
            Set.of("request_per_user", "status_count", "status_count_per_user", "unique_users");

    static final List<Rule> ALL = List.of(
            ofPlugins(
                    "T3",
                    Steps.TO_2_1,
                    LISTING,
                    "whitelist becomes allow, blacklist becomes deny",
                    draft -> allowAndDeny(draft)),
            ofPlugins(
                    "T16",
                    Steps.TO_2_0,
                    Set.of("datadog"),
                    "plugins and metrics that Kong 2.0 does not have are left out",
                    PluginRules::datadogMetrics),
            ofPlugins(
                    "T16",
                    Steps.TO_2_0,
                    Set.of(SIDECAR_INJECTOR),
                    "plugins and metrics that Kong 2.0 does not have are left out",
                    PluginRules::withoutSidecarInjector),
            ofPlugins("T17", Steps.TO_2_1, SERVERLESS, "functions may be given by phase, too", draft -> false),
            ofPlugins(
                    "T22",
                    Steps.TO_3_0,
                    Set.of("http-log"),
                    "a header has one value: several are joined",
                    draft -> singleHeaders(draft)),
            ofPlugins(
                    "T23",
                    Steps.TO_3_0,
                    SERVERLESS,
                    "functions become those of the access phase",
                    draft -> functions(draft)),
            ofPlugins("T24", Steps.TO_3_0, Set.of("aws-lambda"), "proxy_scheme is gone", PluginRules::proxyScheme),
            ofPlugins(
                    "T25",
                    Steps.TO_3_0,
                    LISTING,
                    "whitelist and blacklist are known no more",
                    draft -> allowAndDeny(draft)),
            ofPlugins("T26", Steps.TO_3_0, LIMITING, "a policy that is not stated stays cluster", PluginRules::policy),
            ofPlugins("T27", Steps.TO_3_0, Set.of("prometheus"), "metrics by service and route are off", draft -> {
                draft.warn("T27: metrics of status codes, latency, bandwidth and upstream health are off by default in"
                        + " Kong 3: set status_code_metrics, latency_metrics, bandwidth_metrics and"
                        + " upstream_health_metrics in the new gateway where dashboards need them");
                return false;
            }),
            ofPlugins("T28", Steps.TO_3_0, Set.of("syslog"), "a facility that is null is user", PluginRules::facility),
            rule(
                    "T31",
                    Steps.TO_3_1,
                    "plugins",
                    "protocols that the plugin does not serve are left out",
                    draft -> protocols(draft)),
            ofPlugins(
                    "T33",
                    Steps.TO_3_2,
                    Set.of("opentelemetry"),
                    "may be of a route, service, consumer",
                    draft -> false));

    private PluginRules() {}

    private static boolean allowAndDeny(Draft draft) {
        Map<String, Value> config = draft.config().orElse(Map.of());
        if (!config.containsKey("whitelist") && !config.containsKey("blacklist")) {
            return false;
        }
        rename(config, "whitelist", "allow");
        rename(config, "blacklist", "deny");
        draft.putConfig(config);
        return true;
    }

    private static void rename(Map<String, Value> config, String from, String to) {
        Value value = config.remove(from);
        if (value != null && (value != Value.NULL || !config.containsKey(to))) {
            config.put(to, value);
        }
    }

    private static boolean datadogMetrics(Draft draft) {
        Map<String, Value> config = draft.config().orElse(Map.of());
        if (!(config.get("metrics") instanceof Value.Sequence metrics)) {
            return false;
        }
        List<Value> kept = new ArrayList<>();
        Set<String> gone = new TreeSet<>();
        for (Value metric : metrics.values()) {
            String name =
                    metric instanceof Value.Mapping mapping && mapping.values().get("name") instanceof Value.Text text
                            ? text.value()
                            : "";
            if (DATADOG_WITHOUT.contains(name)) {
                gone.add(name);
            } else {
                kept.add(metric);
            }
        }
        if (gone.isEmpty()) {
            return false;
        }
        config.put("metrics", new Value.Sequence(kept));
        draft.putConfig(config);
        draft.warn(
                "T16: datadog has no such metrics in Kong 2.0 and later (request_count has their tags)",
                String.join(", ", gone));
        return true;
    }

    /** Unless the user has such a plugin under the old name. */
    private static boolean withoutSidecarInjector(Draft draft) {
        if (draft.isCustomPlugin(SIDECAR_INJECTOR)) {
            return false;
        }
        draft.exclude("T16: Kong 2.0 and later have no plugin " + SIDECAR_INJECTOR);
        draft.warn("T16: Kong 2.0 and later have no plugin " + SIDECAR_INJECTOR + ", so it is left out");
        return true;
    }

    /** Where a header had several values, a comma between them says the same in HTTP. */
    private static boolean singleHeaders(Draft draft) {
        Map<String, Value> config = draft.config().orElse(Map.of());
        if (!(config.get("headers") instanceof Value.Mapping headers)) {
            return false;
        }
        Map<String, Value> single = new LinkedHashMap<>();
        headers.values().forEach((header, value) -> {
            Value joined = joined(value);
            if (joined != Value.NULL) {
                single.put(header, joined);
            }
            if (value instanceof Value.Sequence values && values.values().size() > 1) {
                draft.warn("T22: several values of one header of http-log are joined by commas", header);
            }
        });
        Value changed = single.isEmpty() ? Value.NULL : new Value.Mapping(single);
        if (changed.equals(headers)) {
            return false;
        }
        config.put("headers", changed);
        draft.putConfig(config);
        return true;
    }

    /** The values in one; null where there is none; as it is where they are no texts, for the checks to refuse. */
    private static Value joined(Value value) {
        if (value instanceof Value.Mapping empty && empty.values().isEmpty()) {
            return Value.NULL; // Lua writes an empty list so, too.
        }
        if (!(value instanceof Value.Sequence values)) {
            return value;
        }
        if (values.values().isEmpty()) {
            return Value.NULL;
        }
        if (!values.values().stream().allMatch(Value.Text.class::isInstance)) {
            return values;
        }
        return Value.text(values.values().stream()
                .map(text -> ((Value.Text) text).value())
                .collect(Collectors.joining(", ")));
    }

    private static boolean functions(Draft draft) {
        Map<String, Value> config = draft.config().orElse(Map.of());
        if (!config.containsKey("functions")) {
            return false;
        }
        Value functions = config.remove("functions");
        if (isFilled(functions)) {
            if (isFilled(config.get("access"))) {
                throw KeyferryException.refused(draft.origin().key() + ": field config holds both functions and access,"
                        + " which no Kong allows and of which only one can be kept. Delete one in the old gateway.");
            }
            config.put("access", functions == null ? Value.NULL : functions);
        }
        draft.putConfig(config);
        return true;
    }

    private static boolean isFilled(@Nullable Value value) {
        return value instanceof Value.Sequence sequence && !sequence.values().isEmpty();
    }

    private static boolean proxyScheme(Draft draft) {
        Map<String, Value> config = draft.config().orElse(Map.of());
        if (!config.containsKey("proxy_scheme")) {
            return false;
        }
        Value scheme = config.remove("proxy_scheme");
        if (scheme instanceof Value.Text text) {
            draft.warn(
                    "T24: aws-lambda has no proxy_scheme in Kong 3, which asks for a proxy_url that begins with http://",
                    "proxy_scheme was " + text.value());
        }
        draft.putConfig(config);
        return true;
    }

    private static boolean policy(Draft draft) {
        Map<String, Value> config = draft.config().orElse(null);
        if (config == null || config.getOrDefault("policy", Value.NULL) != Value.NULL) {
            return false;
        }
        config.put("policy", Value.text("cluster"));
        draft.putConfig(config);
        return true;
    }

    private static boolean facility(Draft draft) {
        Map<String, Value> config = draft.config().orElse(null);
        if (config == null || config.get("facility") != Value.NULL) {
            return false;
        }
        config.put("facility", Value.text("user"));
        draft.putConfig(config);
        return true;
    }

    /** Which protocols a plugin serves is data of the catalogue; without any left, it gets its default ones. */
    private static boolean protocols(Draft draft) {
        FieldSchema schema = draft.text("name")
                .flatMap(draft.target()::plugin)
                .flatMap(PluginRules::protocolsOf)
                .orElse(null);
        if (schema == null || schema.elements() == null || !(draft.get("protocols") instanceof Value.Sequence given)) {
            return false;
        }
        Set<Value> served = new HashSet<>();
        schema.elements().constraints().path("one_of").forEach(protocol -> served.add(Value.of(protocol)));
        List<Value> kept = given.values().stream().filter(served::contains).toList();
        if (served.isEmpty() || kept.size() == given.values().size()) {
            return false;
        }
        draft.put(
                "protocols",
                kept.isEmpty() && schema.defaultValue() != null
                        ? Value.of(schema.defaultValue())
                        : new Value.Sequence(kept));
        draft.warn(
                "T31: the plugin does not serve these protocols in Kong 3.1 and later",
                draft.text("name").orElse("") + ": "
                        + given.values().stream()
                                .filter(protocol -> !served.contains(protocol))
                                .map(protocol -> protocol instanceof Value.Text text ? text.value() : "?")
                                .collect(Collectors.joining(", ")));
        return true;
    }

    private static Optional<FieldSchema> protocolsOf(PluginSchema plugin) {
        return plugin.overrides().stream()
                .filter(field -> field.name().equals("protocols"))
                .findFirst();
    }
}
