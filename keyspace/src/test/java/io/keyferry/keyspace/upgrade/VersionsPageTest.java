package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.catalog.TableLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the table of {@code docs/versions.md} against the catalogue and the rules; its last column is for people. */
class VersionsPageTest {
    /** The rules that act on groups, on nulls of any field, or on the file, by the line that asks for them. */
    private static final Map<String, List<String>> OTHER_RULES = Map.of(
            "2.1",
            List.of("T1", "T9", "T10"),
            "2.2",
            List.of("T11"),
            "2.3",
            List.of("T13"),
            "3.0",
            List.of("T21", "T30"));

    @Test
    void thePageSaysWhatTheCatalogueAndTheRulesSay() throws IOException {
        Path page = Path.of(System.getProperty("keyferry.root", ".."), "docs", "versions.md");
        List<String> expected = rows();
        List<String> rows = Files.readAllLines(page).stream()
                .filter(line -> line.matches("\\| [0-9.]+ \\|.*"))
                .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
                .toList();
        assertThat(rows)
                .as("docs/versions.md has another table; it should be\n%s", String.join("\n", expected))
                .isEqualTo(expected);
    }

    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        List<String> tables = List.of();
        List<String> types = List.of();
        List<String> plugins = List.of();
        for (KongVersion version : Catalog.known()) {
            Catalog catalog = Catalog.forVersion(version);
            List<String> newTables =
                    catalog.tables().stream().map(TableLayout::name).toList();
            List<String> newTypes =
                    catalog.entityTypes().stream().map(EntityType::name).toList();
            List<String> newPlugins =
                    catalog.plugins().stream().map(PluginSchema::name).toList();
            rows.add("| " + version + " | " + change(tables, newTables) + " | " + change(types, newTypes) + " | "
                    + change(plugins, newPlugins) + " | " + rules(version) + " |");
            tables = newTables;
            types = newTypes;
            plugins = newPlugins;
        }
        return rows;
    }

    /** How many there are, and which came and went since the version before. */
    private static String change(List<String> before, List<String> now) {
        String came = before.isEmpty()
                ? ""
                : now.stream()
                        .filter(name -> !before.contains(name))
                        .map(name -> ", + `" + name + "`")
                        .collect(Collectors.joining());
        String went = before.stream()
                .filter(name -> !now.contains(name))
                .map(name -> ", - `" + name + "`")
                .collect(Collectors.joining());
        return now.size() + came + went;
    }

    private static String rules(KongVersion version) {
        return Stream.concat(
                        Rules.IN_ORDER.stream()
                                .filter(rule -> rule.version().sameLine(version))
                                .map(Rule::name),
                        OTHER_RULES.getOrDefault(version.line(), List.of()).stream())
                .distinct()
                .sorted((a, b) -> Integer.compare(number(a), number(b)))
                .collect(Collectors.joining(" "));
    }

    private static int number(String rule) {
        return Integer.parseInt(rule.substring(1));
    }
}
