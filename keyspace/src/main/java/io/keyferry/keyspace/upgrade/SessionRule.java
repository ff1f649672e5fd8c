package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rule T32: Kong 3.2 has a new session library. The plugin's settings got other names; Kong still takes the old ones on
 * reading, and what stands for each there is written here.
 */
final class SessionRule {
    private static final Map<String, String> RENAMED = renamed();

    /** The rules on the plugin and on the rows of its sessions. */
    static final List<Rule> ALL = List.of(
            Rule.ofPlugins(
                    "T32", Steps.TO_3_2, Set.of("session"), "settings of sessions have new names", SessionRule::rename),
            Rule.rule("T32", Steps.TO_3_2, "sessions", "settings of sessions have new names", draft -> {
                draft.warn(
                        "T32: sessions of an earlier Kong cannot be opened by Kong 3.2 and later: users sign in anew");
                return false;
            }));

    private SessionRule() {}

    private static Map<String, String> renamed() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("cookie_lifetime", "rolling_timeout");
        names.put("cookie_idletime", "idling_timeout");
        names.put("cookie_samesite", "cookie_same_site");
        names.put("cookie_httponly", "cookie_http_only");
        names.put("cookie_discard", "stale_ttl");
        names.put("cookie_persistent", "remember");
        return names;
    }

    private static boolean rename(Draft draft) {
        Map<String, Value> old = draft.config().orElse(null);
        if (old == null) {
            return false;
        }
        Map<String, Value> config = new LinkedHashMap<>();
        old.forEach((key, value) -> {
            String name = RENAMED.getOrDefault(key, key);
            if (name.equals(key) || !old.containsKey(name)) {
                config.put(name, translated(key, value));
            }
        });
        // Without an idle time sessions did not end of being idle; Kong 3.2 would end them after 15 minutes.
        config.putIfAbsent("idling_timeout", Value.whole(0));
        Value renewed = config.remove("cookie_renew");
        if (renewed != null && renewed != Value.NULL) {
            draft.warn("T32: session has no cookie_renew in Kong 3.2 and later, which renews sessions by itself");
        }
        if (!config.containsKey("absolute_timeout")) {
            draft.warn("T32: sessions end a day after sign-in in Kong 3.2 and later: set absolute_timeout in the new"
                    + " gateway where they should last longer");
        }
        if (config.equals(old)) {
            return false;
        }
        draft.putConfig(config);
        return true;
    }

    private static Value translated(String oldName, Value value) {
        if (oldName.equals("cookie_samesite") && value.equals(Value.text("off"))) {
            return Value.text("Lax");
        }
        return oldName.equals("cookie_idletime") && value == Value.NULL ? Value.whole(0) : value;
    }
}
