package io.keyferry.keyspace.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dates and the strictness of data files, on a catalogue of two releases, two entities and one plugin. */
class CatalogReaderTest {
    private final Map<String, String> files = new HashMap<>();

    @BeforeEach
    void aCatalogueThatReads() {
        files.put("versions.json", """
                {"releases": [{"version": "1.0.3", "format": "1.1", "accepts": ["1.1"]},
                              {"version": "2.0.1", "format": "2.1", "accepts": ["1.1", "2.1"], "workspaces": true}],
                 "core_migrations": [{"name": "000"}, {"name": "001", "since": "2.0"}],
                 "entities": ["teas", "cups"], "tables": ["cups", "teas"], "plugins": ["sugar"],
                 "constraints": ["one_of"]}""");
        files.put("tables/teas.json", table("{\"name\": \"id\", \"type\": \"uuid\"}"));
        files.put(
                "tables/cups.json",
                table("{\"name\": \"id\", \"type\": \"uuid\"}, {\"name\": \"tea_id\", \"type\": \"uuid\"},"
                        + "{\"name\": \"size\", \"type\": \"int\"}"));
        files.put("entities/teas.json", entity("teas", ""));
        files.put("entities/cups.json", entity("cups", ", {\"name\": \"size\", \"type\": \"integer\"}"));
        files.put("plugins/sugar.json", plugin(""));
    }

    @Test
    void anElementHoldsFromSinceOnAndBeforeUntil() {
        cups("{\"name\": \"size\", \"type\": \"integer\", \"until\": \"2.0\"}");
        assertThat(catalog("1.0").entityType("cups").orElseThrow().field("size"))
                .isPresent();
        assertThat(catalog("2.0").entityType("cups").orElseThrow().field("size"))
                .isEmpty();
        cups("{\"name\": \"size\", \"type\": \"integer\", \"since\": \"2.0\"}");
        assertThat(catalog("1.0").entityType("cups").orElseThrow().field("size"))
                .isEmpty();
        assertThat(catalog("2.0").entityType("cups").orElseThrow().field("size"))
                .isPresent();
    }

    @Test
    void aFlagMayHoldInSomeLinesOnly() {
        cups("{\"name\": \"size\", \"type\": \"integer\", \"required\": {\"since\": \"2.0\"}}");
        assertThat(size("1.0").required()).isFalse();
        assertThat(size("2.0").required()).isTrue();
    }

    @Test
    void anAttributeOfTheWholeMayChange() {
        files.put(
                "entities/cups.json",
                entity("cups", ", {\"name\": \"size\", \"type\": \"integer\"}")
                        .replace(
                                "\"fields\"",
                                "\"changing\": [{\"since\": \"2.0\", \"endpoint_key\": \"size\"}], \"fields\""));
        assertThat(catalog("1.0").entityType("cups").orElseThrow().endpointKey())
                .isEmpty();
        assertThat(catalog("2.0").entityType("cups").orElseThrow().endpointKey())
                .contains("size");
    }

    @Test
    void aWholeFileMayHoldInSomeLinesOnly() {
        files.put("plugins/sugar.json", plugin("\"since\": \"2.0\", "));
        assertThat(catalog("1.0").plugin("sugar")).isEmpty();
        assertThat(catalog("1.0").plugins()).isEmpty();
        assertThat(catalog("2.0").plugin("sugar")).isPresent();
    }

    @Test
    void aDefaultIsAValueAndHasNoDates() {
        cups("{\"name\": \"size\", \"type\": \"map\", \"default\": {\"since\": \"yesterday\"}}");
        assertThat(String.valueOf(size("1.0").defaultValue())).isEqualTo("{\"since\":\"yesterday\"}");
    }

    @Test
    void aRecordsDefaultMayBeComposedOfItsFieldsDefaults() {
        String fields = "\"fields\": [{\"name\": \"a\", \"type\": \"integer\", \"default\": 1},"
                + " {\"name\": \"b\", \"type\": \"integer\", \"default\": 2}, {\"name\": \"c\", \"type\": \"integer\"}]}";
        cups("{\"name\": \"size\", \"type\": \"record\", \"default_of_fields\": true, " + fields);
        assertThat(String.valueOf(size("1.0").defaultValue())).isEqualTo("{\"a\":1,\"b\":2}");
        cups("{\"name\": \"size\", \"type\": \"record\", \"default_of_fields\": [\"b\"], " + fields);
        assertThat(String.valueOf(size("1.0").defaultValue())).isEqualTo("{\"b\":2}");
    }

    @Test
    void anUnknownPluginIsAbsent() {
        assertThat(catalog("1.0").plugin("salt")).isEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\": \"size\", \"type\": \"int\"}                                     | unknown FieldType: \"int\"",
                "{\"name\": \"size\", \"type\": \"integer\", \"colour\": \"red\"}            | unknown attribute 'colour'",
                "{\"name\": \"size\", \"type\": \"integer\", \"required\": false}            | only true makes sense",
                "{\"name\": \"size\", \"type\": \"integer\", \"since\": \"1.7\"}             | no known line",
                "{\"name\": \"size\", \"type\": \"integer\", \"until\": \"1.0\"}             | holds in no line",
                "{\"name\": \"size\", \"type\": \"integer\"}, {\"name\": \"size\", \"type\": \"number\"} | 'size' twice",
                "{\"name\": \"size\", \"type\": \"integer\"}, {\"name\": \"size\", \"type\": \"number\", \"since\": \"2.0\"} | 'size' twice for Kong 2.0",
                "{\"name\": \"size\", \"type\": \"record\", \"default_of_fields\": [\"x\"]}  | unknown fields [x]",
                "{\"name\": \"handle\", \"type\": \"string\"}                                | without column 'handle'",
                "{\"name\": \"tea\", \"type\": \"foreign\", \"reference\": \"coffees\"}      | refers to 'coffees'",
                "{\"name\": \"tea\", \"type\": \"foreign\", \"reference\": \"cups\"}         | refers to 'cups'",
            })
    void aFieldThatMakesNoSenseNamesTheFile(String field, String why) {
        cups(field);
        assertThatThrownBy(() -> catalog("1.0"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("entities/cups.json")
                .hasMessageContaining(why);
    }

    @ParameterizedTest(name = "{0}: {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tables/cups.json   | copied             | thrown away                 | unknown Kind: \"thrown away\"",
                "tables/cups.json   | [\"id\"]           | [\"number\"]                | names 'number'",
                "tables/cups.json   | \"fate\"           | \"size\": 1, \"fate\"       | unknown attribute 'size'",
                "entities/cups.json | \"table\": \"cups\" | \"table\": \"mugs\"        | does not have",
                "entities/cups.json | \"fields\"         | \"endpoint_key\": \"x\", \"fields\" | names 'x'",
                "entities/cups.json | \"fields\"         | \"table\": \"cups\", \"fields\" | cannot be read",
                "entities/cups.json | \"fields\"         | \"changing\": [{\"table\": \"teas\"}], \"fields\" | both as constant and",
                "versions.json      | 1.0.3              | 2.0.3                       | from old to new",
                "versions.json      | \"entities\"       | \"entries\": 1, \"entities\" | unknown attribute 'entries'",
                "versions.json      | \"teas\", \"cups\"] | \"teas\", \"cups\", \"mugs\"] | cannot be read",
            })
    void aFileThatMakesNoSenseIsNamed(String file, String what, String instead, String why) {
        files.computeIfPresent(file, (name, text) -> {
            assertThat(text).contains(what);
            return text.replace(what, instead);
        });
        assertThatThrownBy(() -> catalog("2.0"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(why.equals("cannot be read") ? ".json cannot be read" : file)
                .hasMessageContaining(why);
    }

    @Test
    void aPluginNeedsOneConfig() {
        files.put("plugins/sugar.json", "{\"config\": []}");
        assertThatThrownBy(() -> catalog("2.0").plugin("sugar"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("plugins/sugar.json");
    }

    private FieldSchema size(String line) {
        return catalog(line)
                .entityType("cups")
                .orElseThrow()
                .requiredField("size")
                .schema();
    }

    private void cups(String fields) {
        files.put("entities/cups.json", entity("cups", ", " + fields));
    }

    private Catalog catalog(String line) {
        Releases releases = new Releases(path -> {
            String text = files.get(path);
            if (text == null) {
                throw new FileNotFoundException(path);
            }
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        });
        return new Catalog(
                releases,
                releases.all().stream()
                        .filter(release -> release.version().line().equals(line))
                        .findFirst()
                        .orElseThrow());
    }

    private static String table(String columns) {
        return "{\"fate\": \"copied\", \"why\": \"tea\", \"partition_key\": [\"id\"], \"columns\": [" + columns + "]}";
    }

    private static String entity(String table, String fields) {
        return "{\"table\": \"" + table + "\", \"primary_key\": \"id\", \"fields\": ["
                + "{\"name\": \"id\", \"type\": \"string\", \"uuid\": true}" + fields + "]}";
    }

    private static String plugin(String dates) {
        return "{" + dates + "\"config\": [{\"name\": \"config\", \"type\": \"record\", \"required\": true}]}";
    }
}
