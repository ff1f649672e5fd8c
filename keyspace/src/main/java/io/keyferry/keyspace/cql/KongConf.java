package io.keyferry.keyspace.cql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of a kong.conf as Kong reads them: {@code key = value}, the last one wins, an empty value unsets, lines
 * end in a comment at a {@code #} that has no backslash before it ({@code \#} is a plain {@code #}), a backslash at the
 * end continues the line, settings under a {@code [section]} do not count, and quotation marks are part of the value.
 * Immutable.
 */
final class KongConf {
    /** A value and where it stands, e.g. {@code /etc/kong/kong.conf:12} or {@code KONG_CASSANDRA_PORT}. */
    record Setting(String key, String value, String where) {
        /** How messages call it. */
        String label() {
            return where.startsWith("KONG_") ? where : where + ": " + key;
        }

        /** Whether it points into a vault, as Kong allows from 2.8 on. */
        boolean isVaultReference() {
            return value.startsWith("{vault://");
        }

        boolean isOn() {
            return value.equals("on") || value.equals("true");
        }

        List<String> items() {
            return Pattern.compile(",")
                    .splitAsStream(value)
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .toList();
        }
    }

    private static final Pattern COMMENT = Pattern.compile("\\s*(?<!\\\\)#.*$", Pattern.DOTALL);
    private static final Pattern CONTINUED = Pattern.compile("\\\\\\s*$");

    private final Map<String, Setting> settings;

    private KongConf(Map<String, Setting> settings) {
        this.settings = Map.copyOf(settings);
    }

    static KongConf empty() {
        return new KongConf(Map.of());
    }

    static KongConf read(Path file) throws IOException {
        return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), file.toString());
    }

    static KongConf parse(String text, String file) {
        Map<String, Setting> settings = new HashMap<>();
        StringBuilder begun = new StringBuilder();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String start = line.stripLeading();
            if (start.isEmpty() || start.startsWith("#") || start.startsWith(";")) {
                continue;
            }
            if (CONTINUED.matcher(line).find()) {
                begun.append(line, 0, line.lastIndexOf('\\'));
                continue;
            }
            String whole = begun.append(line).toString();
            begun.setLength(0);
            if (whole.startsWith("[")) {
                break;
            }
            int equals = whole.indexOf('=');
            if (equals > 0) {
                String key = whole.substring(0, equals).strip().replaceAll("[^A-Za-z0-9]", "_");
                settings.put(key, new Setting(key, value(whole.substring(equals + 1)), file + ":" + number));
            }
        }
        return new KongConf(settings);
    }

    /** These settings with the {@code KONG_*} variables over them, as Kong does at start. */
    KongConf with(Map<String, String> environment) {
        Map<String, Setting> all = new HashMap<>(settings);
        environment.forEach((name, text) -> {
            if (name.startsWith("KONG_")) {
                String key = name.substring("KONG_".length()).toLowerCase(Locale.ROOT);
                all.put(key, new Setting(key, value(text), name));
            }
        });
        return new KongConf(all);
    }

    Optional<Setting> find(String key) {
        return Optional.ofNullable(settings.get(key))
                .filter(setting -> !setting.value().isEmpty());
    }

    /** Whether anything here is about Cassandra. */
    boolean speaksOfCassandra() {
        return settings.keySet().stream().anyMatch(key -> key.startsWith("cassandra_"))
                || find("database")
                        .filter(database -> database.value().equals("cassandra"))
                        .isPresent();
    }

    private static String value(String text) {
        return COMMENT.matcher(text).replaceFirst("").replace("\\#", "#").strip();
    }
}
