package io.keyferry.keyspace.document;

import static io.keyferry.keyspace.document.Documents.KONG_20;
import static io.keyferry.keyspace.document.Documents.KONG_28;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentReaderTest {
    private static final String HEAD = "_format_version: \"2.1\"\n";

    /** One document in the form that the fast parser reads. */
    private static final String PLAIN = """
            _format_version: "2.1"
            _transform: false
            services:
            - name: a
              host: h
              tags: [x, "y"]
            - {"name": "b", "host": "h", "routes": [{"name": "r", "paths": ["/"]}]}
            consumers:
            - username: bob
              keyauth_credentials:
              - key: k1
              - key: k2
            - username: |-
                two
                lines
            """;

    @TempDir
    private Path directory;

    private List<DocumentEntry> read(String text) throws IOException {
        return Documents.entries(directory, text, KONG_28);
    }

    private static String told(List<DocumentEntry> entries) {
        return entries.stream()
                .map(entry -> entry.type() + " " + entry.fields().values() + "\n")
                .collect(Collectors.joining());
    }

    private static List<Long> lines(List<DocumentEntry> entries) {
        return entries.stream().map(DocumentEntry::line).toList();
    }

    @Test
    void nestedEntitiesFollowTheirParents() throws IOException {
        List<DocumentEntry> entries = read(PLAIN);
        assertThat(entries)
                .extracting(entry -> entry.type().name())
                .containsExactly(
                        "services",
                        "services",
                        "routes",
                        "consumers",
                        "keyauth_credentials",
                        "keyauth_credentials",
                        "consumers");
        assertThat(lines(entries)).containsExactly(4L, 7L, 7L, 9L, 11L, 12L, 13L);
        assertThat(entries.get(2).parent()).hasValueSatisfying(parent -> {
            assertThat(parent.field()).isEqualTo("service");
            assertThat(parent.entry()).isSameAs(entries.get(1));
        });
        assertThat(entries.get(1).fields().values()).containsOnlyKeys("name", "host");
        assertThat(entries.get(6).fields().values()).containsEntry("username", Value.text("two\nlines"));
    }

    /** Ways to write the same document that only the thorough parser knows, or that the fast one must see through. */
    static Stream<String> variants() {
        return Stream.of(
                PLAIN.replace("\n", "\r\n"),
                "\ufeff" + PLAIN,
                PLAIN.stripTrailing(),
                "---\n" + PLAIN,
                "%YAML 1.1\n---\n" + PLAIN,
                PLAIN + "...\n",
                "# a comment\n\n" + PLAIN.replace("\n- ", "\n\n# one more\n- ") + "\n#end",
                PLAIN.replace("\nservices:\n", "\n\"services\":\n")
                        .replace("\nconsumers:\n", "\n'consumers':  # all\n"),
                PLAIN.replace("name: a", "name: &x a").replace("name: b", "name: b"),
                PLAIN.replace("  host: h", "  host: &h h").replace("\"host\": \"h\"", "\"host\": *h"),
                PLAIN.replace("host: h", "host: !!str h"),
                PLAIN.replace("host: h", "host: !<tag:yaml.org,2002:str> h"),
                PLAIN.replace("- name: a\n  host", "-\n  name: a\n  host"),
                PLAIN.replace("- name: a\n  host: h", "- name: \"a\"\n  host: \"\\x68\""),
                PLAIN.replace("  host: h\n", "  host:\n    h\n"),
                PLAIN.replace("- name: a\n", "- ? name\n  : a\n"),
                PLAIN.replace("consumers:\n- username: bob", "? consumers\n:\n- username: bob"),
                PLAIN.replace("tags: [x, \"y\"]", "tags: [x,\n\"y\"\n]"),
                PLAIN.replace("{\"name\": \"b\",", "{\"name\": \"b\",\n"),
                PLAIN.replace("{\"name\": \"b\", \"host\": \"h\",", "{\"name\": b, host: 'h',"),
                PLAIN.replace("- {\"name\": \"b\"", "-   {\"name\":   \"b\""),
                indented(PLAIN),
                PLAIN.replace("services:\n", "services: # s\n  # t\n"),
                PLAIN.replace("host: h\n", "host: h\t\n"),
                PLAIN.replace("_transform: false\n", "") + "_transform: false\n",
                PLAIN.replace("_format_version: \"2.1\"\n", "") + "_format_version: \"2.1\"\n",
                "{\"_format_version\": \"2.1\", _transform: false, services: [{name: a, host: h, tags: [x, y]},"
                        + "{name: b, host: h, routes: [{name: r, paths: [/]}]}], consumers: [{username: bob,"
                        + "keyauth_credentials: [{key: k1}, {key: k2}]}, {username: \"two\\nlines\"}]}",
                "{\"_format_version\": \"2.1\", \"_transform\": false, \"services\": [{\"name\": \"a\", \"host\": \"h\","
                        + "\"tags\": [\"x\", \"y\"]},\n{\"name\": \"b\", \"host\": \"h\", \"routes\": [{\"name\": \"r\","
                        + "\"paths\": [\"/\"]}]}], \"consumers\": [{\"username\": \"bob\", \"keyauth_credentials\":"
                        + "[{\"key\": \"k1\"}, {\"key\": \"k2\"}]}, {\"username\": \"two\\nlines\"}]}");
    }

    private static String indented(String text) {
        return text.lines()
                .map(line -> line.matches("[ -].*") ? "   " + line : line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void allWaysToWriteADocumentReadTheSame(String variant) throws IOException {
        List<DocumentEntry> entries = read(variant);
        assertThat(told(entries)).isEqualTo(told(read(PLAIN)));
        assertThat(entries.get(2).parent()).map(DocumentEntry.Parent::entry).containsSame(entries.get(1));
        try (DocumentReader reader = DocumentReader.open(directory.resolve("kong.yml"), KONG_28)) {
            assertThat(reader.header().transform()).isFalse();
        }
    }

    /** Where an entity begins, however the document is written: each entity's name is its line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "consumers:\n- username: \"3\"\n\n# x\n- username: \"6\"\n  acls:\n  - group: \"8\"\n",
                "---\nconsumers:\n- username: \"4\"\n\n# x\n- username: \"7\"\n  acls:\n  - group: \"9\"\n",
                "consumers:\n- {\"username\": \"3\"}\n- {\"username\": \"4\"}\n\n- {username: \"6\"}\n",
                "consumers:\n- username: \"3\"\n- username: &a \"4\"\n- {username: \"5\",\n  custom_id: *a}\n- username: \"7\"\n",
                "consumers:\n- username: \"3\"\n  custom_id: &a x\n- {\"username\": \"5\"}\n- username: \"6\"\n  custom_id: *a\n",
                "consumers: [{username: \"2\"},\n{username: \"3\"}]\n",
                "consumers:\n  -\n    username: \"4\"\n  - username: \"5\"\n    custom_id: |\n\n      x\n\n  - username: \"10\"\n"
            })
    void linesAreRight(String sections) throws IOException {
        boolean marked = sections.startsWith("---\n");
        for (DocumentEntry entry : read(marked ? "---\n" + HEAD + sections.substring(4) : HEAD + sections)) {
            String key = entry.type().name().equals("acls") ? "group" : "username";
            assertThat(entry.fields().values()).containsEntry(key, Value.text(String.valueOf(entry.line())));
        }
    }

    @Test
    void linesOfAJsonDocumentAreRight() throws IOException {
        assertThat(lines(read(
                        "{\"_format_version\": \"2.1\",\n\"consumers\": [\n{\"username\": \"a\"},\n\n{\"username\": \"b\","
                                + "\n\"acls\": [\n{\"group\": \"g\"}]}]}")))
                .containsExactly(3L, 5L, 7L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `consumers:\\n- username: a\\n  username: b` | :4: has the key 'username' twice
            `consumers:\\n- {"username": "a", "username": "b"}` | :3: has the key 'username' twice
            `consumers:\\n- username: a\\nconsumers:\\n- username: b` | :4: the key 'consumers' stands a second time (first in line 2)
            `consumers: &c\\n- username: a\\nconsumers: *c` | :4: the key 'consumers' stands a second time
            `consumers:\\n- username: *x` | :3: refers to '*x', which is not anchored before
            `consumers:\\n- &x\\n  username: a\\n  custom_id: *x` | :5: refers to '*x'
            `consumers:\\n- username: a\\n---\\nservices: []` | :4: begins a second YAML document
            `consumers:\\n\\t- username: a` | :3: is not valid YAML
            `consumers:\\n- username: a\\n\\tcustom_id: b` | :4: is not valid YAML
            `consumers:\\n- 5` | :3: an element of 'consumers' is not a mapping
            `consumers: 5` | :2: 'consumers' is not a list
            `consumers:\\n  username: a` | :3: 'consumers' is not a list
            `consumers:\\n- username: a\\n  acls: 5` | :3: 'acls' is not a list of entities
            `consumers:\\n- username: a\\n  acls: [5]` | :3: an element of 'acls' is not a mapping
            `widgets: []` | :2: unknown key 'widgets'
            `tags: []` | :2: unknown key 'tags'
            `_info: {}` | :2: unknown key '_info'
            `_comment: 5` | :2: _comment is not a string
            `consumers:\\n- username: "a\\u0000b"` | :3: holds the character U+0000
            `consumers:\\n- {"username": "a\\u0000b"}` | :3: holds the character U+0000
            `consumers:\\n- {"username": "\\ud83d"}` | :3: holds half of a character
            `consumers:\\n- username: !!binary aGk=` | :3: has a value with the tag 'tag:yaml.org,2002:binary'
            `consumers:\\n- username: !!int x` | :3: has a value with the tag 'tag:yaml.org,2002:int'
            `consumers:\\n- !x {username: a}` | :3: has a value with the tag '!x'
            `consumers:\\n- 5: x` | :3: has a key that is not a string
            `consumers:\\n- [a]: x` | :3: has a key that is not a string
            `consumers:\\n- <<: 5` | :3: has a merge key '<<' whose value is no mapping
            `consumers:\\n- {"<<": 5}` | :3: has a merge key '<<' whose value is no mapping
            """)
    void whatIsWrongIsToldWithItsLine(String text, String message) {
        assertThatThrownBy(() -> read(HEAD + text.replace("\\n", "\n").replace("\\t", "\t")))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining(message);
    }

    @Test
    void messagesDoNotShowTheFile() {
        String secret = "consumers:\n- username: \"hunter2\n- [hunter2";
        assertThatThrownBy(() -> read(HEAD + secret)).message().doesNotContain("hunter2");
        assertThatThrownBy(() -> read("{\"consumers\": [hunter2]")).message().doesNotContain("hunter2");
    }

    @Test
    void aMergeKeyMergesQuotedOrNot() throws IOException {
        List<DocumentEntry> entries = read(HEAD
                + "consumers:\n- &a {username: a, custom_id: c}\n- {<<: *a, username: b}\n- {\"<<\": *a, username: d}\n"
                + "- username: e\n  <<: [*a, {tags: [t]}]\n");
        assertThat(entries)
                .extracting(entry -> entry.fields().values().get("custom_id"))
                .containsOnly(Value.text("c"));
        assertThat(entries)
                .extracting(entry -> entry.fields().values().get("username"))
                .containsExactly(Value.text("a"), Value.text("b"), Value.text("d"), Value.text("e"));
    }

    @Test
    void anAliasBombIsRefused() {
        StringBuilder bomb =
                new StringBuilder(HEAD + "consumers:\n- username: a\n  _ignore:\n  - &x0 [x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("  - &x%d [%s]\n".formatted(i, ("*x" + (i - 1) + ", ").repeat(8)));
        }
        assertThatThrownBy(() -> read(bomb.toString())).hasMessageContaining("aliases that unfold to over");
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 20_000})
    void deepNestingIsRefused(int depth) {
        String nested = "[".repeat(depth) + "]".repeat(depth);
        for (String text : new String[] {
            HEAD + "consumers:\n- username: " + nested,
            HEAD + "consumers:\n- {\"username\": " + nested + "}",
            "{\"_format_version\": \"2.1\", \"consumers\": [{\"username\": " + nested + "}]}"
        }) {
            assertThatThrownBy(() -> read(text)).isInstanceOf(KeyferryException.class);
        }
    }

    @Test
    void aGiantKeyIsRefused() {
        String key = "k".repeat(1001);
        assertThatThrownBy(() -> read(HEAD + "consumers:\n- " + key + ": 1")).isInstanceOf(KeyferryException.class);
        assertThatThrownBy(() -> read(HEAD + "consumers:\n- {\"" + key + "\": 1}"))
                .hasMessageContaining("key of over 1000 characters");
    }

    @Test
    void theHeaderIsFoundWhereverItStands() throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, "consumers:\n- username: a\nservices: []\n_transform: false\n_format_version: '1.1'\n");
        try (DocumentReader reader = DocumentReader.open(file, KONG_28)) {
            assertThat(reader.header().formatVersion()).isEqualTo("1.1");
            assertThat(reader.header().transform()).isFalse();
            assertThat(reader.header().exact()).isFalse();
            assertThat(reader.next()).isNotNull();
        }
    }

    @Test
    void transformIsTrueUnlessStated() throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, HEAD);
        try (DocumentReader reader = DocumentReader.open(file, KONG_28)) {
            assertThat(reader.header().transform()).isTrue();
            assertThat(reader.next()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"_transform: 5, neither true nor false", "'_transform: \"false\"', neither true nor false"})
    void aWrongTransformIsRefused(String line, String message) {
        assertThatThrownBy(() -> read(HEAD + line)).hasMessageContaining(message);
    }

    @Test
    void kong20DoesNotKnowTransform() {
        assertThatThrownBy(() -> Documents.entries(directory, "_format_version: '1.1'\n_transform: false\n", KONG_20))
                .hasMessageContaining("unknown key '_transform'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void compressionIsToldByTheContent(String kind) throws IOException {
        byte[] text = PLAIN.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (kind.equals("gz")) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(text);
            }
        } else {
            out.write(Zstd.compress(text));
        }
        Path file = directory.resolve("kong.yml");
        Files.write(file, out.toByteArray());
        assertThat(told(Documents.entries(file, KONG_28))).isEqualTo(told(read(PLAIN)));
    }

    @Test
    void aFileThatIsNotThereIsTold() {
        assertThatThrownBy(() -> DocumentReader.open(directory.resolve("none.yml"), KONG_28))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c080", "eda080", "f4908080", "c3", "e28241", "80"})
    void whatIsNotUtf8IsRefusedWithItsLine(String hex) throws IOException {
        Path file = directory.resolve("kong.yml");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((HEAD + "consumers:\n- username: \"é").getBytes(StandardCharsets.UTF_8));
        out.write(HexFormat.of().parseHex(hex));
        Files.write(file, out.toByteArray());
        assertThatThrownBy(() -> Documents.entries(file, KONG_28)).hasMessageContaining(":3: is not UTF-8");
    }

    @Test
    void whatIsNotUtf8IsToldByEveryParser() throws IOException {
        for (String head : new String[] {"---\n" + HEAD, "{\"_format_version\": \"2.1\",\n\"_comment\": \""}) {
            Path file = directory.resolve("kong.yml");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write((head + "x".repeat(300_000) + "\n").getBytes(StandardCharsets.UTF_8));
            out.write(0xff);
            Files.write(file, out.toByteArray());
            assertThatThrownBy(() -> Documents.entries(file, KONG_28)).hasMessageContaining(": is not UTF-8");
        }
    }

    @Test
    void aDamagedFileIsTold() throws IOException {
        Path file = directory.resolve("kong.yml.gz");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(PLAIN.getBytes(StandardCharsets.UTF_8));
        }
        Files.write(file, Arrays.copyOf(out.toByteArray(), out.size() / 2));
        assertThatThrownBy(() -> Documents.entries(file, KONG_28))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("damaged or cut off");
    }

    @Test
    void aListThatIsReferredToAsAWholeReadsTheSame() throws IOException {
        String anchored = HEAD + "consumers:\n  &all\n  - username: a\n  - username: b\nacls:\n- group: *x\n";
        assertThatThrownBy(() -> read(anchored)).hasMessageContaining(":7: refers to '*x'");
        assertThat(read(HEAD + "services: &s [{name: a, host: h}]\nroutes: *s\n"))
                .extracting(entry -> entry.type().name())
                .containsExactly("services", "routes");
        assertThatThrownBy(() -> read(HEAD + "services: !x [{name: a}]\n")).hasMessageContaining("the tag '!x'");
    }

    @Test
    void aJsonFileIsNothingButJson() throws IOException {
        Path file = directory.resolve("kong.json");
        Files.writeString(file, "{\"_format_version\": \"2.1\",\n consumers: []}");
        assertThatThrownBy(() -> Documents.entries(file, KONG_28)).hasMessageContaining(":2: is not valid JSON");
    }

    @Test
    void whatOnlyTheThoroughParserReadsIsBounded() throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, HEAD + "consumers:\n" + "- username: a\n".repeat(10_000) + "- username: *x\n");
        assertThatThrownBy(() -> Documents.entries(new DocumentSource(file, 10_000), KONG_28))
                .hasMessageContaining(":10003: refers to '*x'")
                .hasMessageContaining("too large for the parser that could tell");
        Files.writeString(file, HEAD + "consumers:\n" + "- username: a\n".repeat(10_000));
        assertThat(Documents.entries(new DocumentSource(file, 10_000), KONG_28)).hasSize(10_000);
    }

    @Test
    void commentsAndForeignNotesAreDropped() throws IOException {
        List<DocumentEntry> entries = read(
                HEAD
                        + "_comment: c\n_ignore: [a, {keyferry: x}, {other: {type: services}}]\n"
                        + "consumers:\n- {username: a, _comment: x, _ignore: [1, {keyferry: {expires: 17}}]}\n- {username: b, _comment: 5}\n");
        assertThat(entries).hasSize(2);
        assertThat(entries.get(0).fields().values()).containsOnlyKeys("username");
        assertThat(entries.get(0).expires()).hasValue(17);
        assertThat(entries.get(1).fields().values()).containsOnlyKeys("username", "_comment");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"keyferry": {"document": 2}}                                        | written by a later Keyferry
            {"keyferry": {"document": 1, "kong": "x"}}                           | damaged note 'keyferry'
            {"keyferry": {"type": "gadgets"}, "entity": {}}                      | a hidden entity of type 'gadgets'
            {"keyferry": {"type": "services"}}                                   | a hidden entity without its fields
            {"keyferry": {"type": "services", "workspace": 5}, "entity": {}}     | damaged note 'keyferry'
            {"keyferry": {"type": "services", "expires": "x"}, "entity": {}}     | damaged note 'keyferry'
            """)
    void damagedNotesAreRefused(String note, String message) {
        assertThatThrownBy(() -> read(HEAD + "_ignore:\n- " + note + "\n")).hasMessageContaining(message);
    }

    @Test
    void unicodeLineEndsAreTakenAsYamlTakesThem() throws IOException {
        String raw = HEAD + "consumers:\n- {\"username\": \"a\u0085b\"}\n- username: \"c\u2028d\"\n- username: e\n";
        List<DocumentEntry> entries = read(raw);
        assertThat(entries)
                .extracting(entry -> entry.fields().values().get("username"))
                .containsExactly(Value.text("a b"), Value.text("c\u2028d"), Value.text("e"));
        assertThat(entries.get(2).line()).isEqualTo(5);
    }

    @Test
    void catalogueDecidesWhatIsKnown() {
        Catalog older = KONG_20;
        assertThatThrownBy(() -> Documents.entries(directory, "_format_version: '1.1'\nparameters: []\n", older))
                .hasMessageContaining(":2: unknown key 'parameters'");
    }
}
