package io.keyferry.keyspace.upgrade;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All rules, in the order in which they apply: by the version that asks for them, then by number. */
final class Rules {
    static final List<Rule> IN_ORDER = inOrder();

    /** What is no rule on a single entity: layout, groups, nulls of any field, the file, and how copies are compared. */
    private static final Map<String, String> ELSEWHERE = elsewhere();

    /** The rules that fill fields which earlier versions do not have, by type and field. */
    static final Map<String, String> FILLING = Map.of(
            "ca_certificates.cert_digest", "T2",
            "oauth2_credentials.hash_secret", "T5",
            "oauth2_credentials.client_type", "T5",
            "routes.path_handling", "T8",
            "routes.request_buffering", "T12",
            "routes.response_buffering", "T12",
            "services.enabled", "T15");

    private Rules() {}

    private static List<Rule> inOrder() {
        List<Rule> rules = new ArrayList<>(CoreRules.ALL);
        rules.addAll(PluginRules.ALL);
        rules.addAll(SessionRule.ALL);
        rules.add(PathRule.T19);
        rules.sort(Comparator.comparing(Rule::version).thenComparingInt(Rules::number));
        return List.copyOf(rules);
    }

    private static int number(Rule rule) {
        return Integer.parseInt(rule.name().substring(1));
    }

    private static Map<String, String> elsewhere() {
        Map<String, String> summaries = new LinkedHashMap<>();
        summaries.put("T1", "entities belong to a workspace, the default one");
        summaries.put("T9", "counters of rate limits are left out");
        summaries.put("T10", "the file has the format of the version that it is for");
        summaries.put("T11", "of the states of a target, the last one is kept");
        summaries.put("T13", "a null that is not allowed any more becomes the field's default");
        summaries.put("T21", "of several targets with one address, the one created last is kept");
        summaries.put("T30", "the order of a route's paths means nothing");
        return summaries;
    }

    static String summary(String name) {
        return IN_ORDER.stream()
                .filter(rule -> rule.name().equals(name))
                .map(Rule::summary)
                .findFirst()
                .orElseGet(() -> ELSEWHERE.getOrDefault(name, ""));
    }
}
