package io.keyferry.keyspace.document;

import static io.keyferry.keyspace.document.Documents.KONG_28;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.problem.KeyferryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our verdict on the inputs that were given to a real Kong 2.8.5, beside Kong's ({@code kong config parse}).
 * CROSS: Kong refuses for what other entities say, which is checked elsewhere.
 */
final class BadInputsTest {
    private enum Relation {
        SAME,
        STRICTER,
        LOOSER,
        CROSS
    }

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            01-invalid-yaml                        | SAME     | not valid YAML
            02-unknown-entity                      | SAME     | :2: unknown key 'widgets'
            03-unknown-field                       | SAME     | :3: services 'a': field 'bogus' is unknown
            04-dup-name-same-file                  | SAME     |
            05-dup-unique-key                      | SAME     |
            06-missing-fk-name                     | CROSS    |
            07-missing-fk-uuid                     | CROSS    |
            08-no-format-version                   | SAME     | _format_version is missing
            09-bad-format-version                  | SAME     | takes one of 1.1, 2.1
            10-format-version-number               | SAME     | _format_version is not a string
            11-format-3.0                          | SAME     | takes one of 1.1, 2.1
            12-format-1.1-transform-false          | SAME     |
            14-only-version                        | SAME     |
            15-missing-required                    | SAME     | field 'host' is missing, but required
            16-unknown-plugin                      | SAME     | plugin 'my-custom-plugin', which is not bundled with Kong
            17-plugin-bad-config                   | SAME     | field 'config.minute' is a string, expected a number
            18-bad-uuid                            | SAME     | field 'id' is not a UUID
            19-dup-primary-key                     | SAME     |
            20-top-level-list                      | SAME     | is not a mapping
            21-workspaces-section                  | SAME     |
            22-ws_id-field                         | SAME     | field 'ws_id' is unknown
            23-transform-false-plain-password      | SAME     |
            24-dup-plugin-same-scope               | SAME     |
            25-invalid-utf8                        | SAME     | is not UTF-8
            26-dup-yaml-key                        | STRICTER | :5: the key 'services' stands a second time (first in line 2)
            27-yaml-anchor                         | SAME     |
            28-norway                              | SAME     | field 'username' is a boolean, expected a string
            29-created_at-string                   | SAME     | field 'created_at' is a string, expected a whole number
            30-created_at-float                    | SAME     |
            31-null-everything                     | SAME     |
            32-comment-info                        | SAME     | unknown key '_info'
            33-long-tag-and-comma                  | SAME     | field 'tags[0]' must be printable and without ',' and '/'
            34-empty-string-name                   | SAME     | field 'username' is empty
            35-ttl-field-on-non-ttl                | SAME     | field 'ttl' is unknown
            36-select-tags-defaults                | SAME     | field 'consumer' is missing, but required
            40-two-workspaces-export               | LOOSER   |
            41-own-export                          | SAME     |
            42-partial-failure                     | CROSS    |
            43-dup-username-distinct-ids           | SAME     |
            44-dup-key-distinct-ids                | SAME     |
            45-two-workspaces-export-no-vaults     | SAME     |
            46-created_at-target-fraction          | SAME     |
            """)
    void judgedAsByKong(String input, Relation relation, String message) throws IOException {
        String found = problems(file(input));
        boolean refusedByKong = parseCode(input) != 0;
        switch (relation) {
            case SAME -> assertThat(!found.isEmpty()).as(found).isEqualTo(refusedByKong);
            // Kong silently drops the first of two equal keys, with all entities under it.
            case STRICTER -> assertThat(refusedByKong).isFalse();
            // Kong's own export of a vault, which Kong cannot validate (2.8 forgets the vaults' schemas): it is good
            // data.
            case LOOSER, CROSS -> assertThat(refusedByKong).isTrue();
        }
        if (message == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).contains(message);
        }
    }

    /** The recorded inputs have no file for number 13. */
    @Test
    void anEmptyFileIsRefusedAsByKong() throws IOException {
        Path file = directory.resolve("empty.yml");
        Files.writeString(file, "");
        assertThat(problems(file)).contains("is empty");
        assertThat(parseCode("13-empty")).isEqualTo(1);
    }

    @Test
    void allProblemsOfAnEntityAreTold() throws IOException {
        assertThat(problems(file("17-plugin-bad-config")).lines()).hasSize(2);
        assertThat(problems(file("28-norway")).lines()).hasSize(2);
    }

    private static Path file(String input) {
        Path yaml = Documents.recorded("2.8.5/bad-inputs/" + input + ".yml");
        return Files.exists(yaml) ? yaml : Documents.recorded("2.8.5/bad-inputs/" + input + ".json");
    }

    private static String problems(Path file) throws IOException {
        List<String> problems = new ArrayList<>();
        try {
            Documents.bind(file, KONG_28, problems);
        } catch (KeyferryException e) {
            problems.add(e.getMessage());
        }
        return problems.stream().collect(Collectors.joining("\n"));
    }

    private static int parseCode(String input) throws IOException {
        String results = Files.readString(Documents.recorded("2.8.5/bad-inputs/results.txt"));
        Matcher matcher = Pattern.compile("### " + Pattern.quote(input) + "\\.\\w+ parse_rc=(\\d)")
                .matcher(results);
        assertThat(matcher.find()).as(input).isTrue();
        return Integer.parseInt(matcher.group(1));
    }
}
