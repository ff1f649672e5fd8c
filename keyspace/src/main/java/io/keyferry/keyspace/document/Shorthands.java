package io.keyferry.keyspace.document;

import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Value;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Names that Kong takes in a file and stores as other fields. Kong lets some silently win over the fields they stand
 * for; here a file must say one or the other.
 */
final class Shorthands {
    /**
     * What Kong 2.1 to 2.8 translate in the configurations of acl, bot-detection and ip-restriction, and Kong 3.2 and
     * later in those of session.
     */
    private static final Map<String, String> RENAMED = Map.of(
            "whitelist", "allow",
            "blacklist", "deny",
            "cookie_lifetime", "rolling_timeout",
            "cookie_idletime", "idling_timeout",
            "cookie_samesite", "cookie_same_site",
            "cookie_httponly", "cookie_http_only",
            "cookie_discard", "stale_ttl",
            "cookie_persistent", "remember");

    /** What Kong still takes and does nothing with: the session library of 3.2 renews by itself. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("cookie_renew");

    private final BiConsumer<String, String> problems;

    /** @param problems takes a field's path and what is wrong */
    Shorthands(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    /** {@code services.url} as protocol, host, port and path. */
    void service(Map<String, Value> fields) {
        Value url = fields.remove("url");
        if (url == null || url == Value.NULL) {
            return;
        }
        if (!(url instanceof Value.Text text)) {
            problems.accept("url", "is not a string: put it in quotes");
            return;
        }
        Map<String, Value> parts = parts(text.value());
        if (parts.isEmpty()) {
            problems.accept("url", "is not of the form protocol://host:port/path: correct it");
            // So that the fields it stands for are not reported as missing.
            parts.put("host", Value.text("unknown"));
        }
        parts.forEach((name, value) -> {
            if (fields.put(name, value) != null) {
                problems.accept(name, "is stated by url, too: remove one of them");
            }
        });
    }

    private static Map<String, Value> parts(String url) {
        Map<String, Value> parts = new LinkedHashMap<>();
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return parts;
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            return parts;
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        parts.put("protocol", Value.text(scheme));
        parts.put("host", Value.text(uri.getHost()));
        if (uri.getPort() >= 0) {
            parts.put("port", Value.whole(uri.getPort()));
        } else if (scheme.equals("http") || scheme.equals("https")) {
            parts.put("port", Value.whole(scheme.equals("http") ? 80 : 443));
        }
        if (uri.getRawPath() != null && !uri.getRawPath().isEmpty()) {
            parts.put("path", Value.text(uri.getRawPath()));
        }
        return parts;
    }

    /**
     * Kong makes an upstream's {@code algorithm} and {@code hash_on} agree, in every version, on writing and on reading:
     * least-connections (and latency) hash on nothing; what hashes is consistent-hashing, what does not is round-robin.
     */
    void upstream(Map<String, Value> fields) {
        Value algorithm = fields.get("algorithm");
        if (Value.text("least-connections").equals(algorithm)
                || Value.text("latency").equals(algorithm)) {
            fields.put("hash_on", Value.text("none"));
        } else if (fields.get("hash_on") instanceof Value.Text hashOn) {
            fields.put("algorithm", Value.text(hashOn.value().equals("none") ? "round-robin" : "consistent-hashing"));
        } else if (Value.text("consistent-hashing").equals(algorithm)) {
            fields.put("algorithm", Value.text("round-robin"));
        }
    }

    /** A plugin's configuration with the names of today. */
    Value.Mapping plugin(PluginSchema plugin, Value.Mapping config) {
        Map<String, Value> renamed = new LinkedHashMap<>(config.values());
        plugin.shorthands().forEach(shorthand -> {
            String name = RENAMED.get(shorthand.name());
            Value value = renamed.get(shorthand.name());
            if (value == null) {
                return;
            }
            if (WITHOUT_EFFECT.contains(shorthand.name())) {
                renamed.remove(shorthand.name());
                return;
            }
            if (name == null) {
                problems.accept(
                        "config." + shorthand.name(), "is an old name, which is not translated here: use the new one");
                renamed.remove(shorthand.name());
                return;
            }
            renamed.remove(shorthand.name());
            if (renamed.put(name, translated(shorthand.name(), value)) != null) {
                problems.accept("config." + shorthand.name(), "is the old name of '" + name + "': state only that");
            }
        });
        return new Value.Mapping(renamed);
    }

    /** As Kong 3.2 has it: "off" is not a value any more, and no idle time means none. */
    private static Value translated(String oldName, Value value) {
        if (oldName.equals("cookie_samesite") && value.equals(Value.text("off"))) {
            return Value.text("Lax");
        }
        return oldName.equals("cookie_idletime") && value == Value.NULL ? Value.whole(0) : value;
    }
}
