package io.keyferry.keyspace.document;

import static io.keyferry.keyspace.document.Documents.KONG_28;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.uuid.Generators;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EntityIdsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "services, 'name: svc1', 2254ba65-245b-5b72-a0b8-7341d45f5e77",
        "consumers, 'username: bob', def4f7d3-9863-5ad2-8fa9-c949bf26f55e",
        "upstreams, 'name: up.test', be7cb9c2-6525-5fd7-992a-b26c44c3335b",
        "routes, 'name: r1', 4726a05a-d550-537e-9fc3-a07c7a1188c7"
    })
    void theIdIsMadeOfTheName(String type, String field, String id) throws IOException {
        assertThat(ids(type + ":\n- " + field + "\n")).containsExactly(id);
    }

    /** Ids that Kong 2.8.5 made of recorded files without any. */
    @ParameterizedTest
    @CsvSource({
        "nulls/import.yml, nulls/db",
        "bad-inputs/05-dup-unique-key.yml, bad-inputs/db-after",
        "bad-inputs/24-dup-plugin-same-scope.yml, bad-inputs/db-after",
        "bad-inputs/30-created_at-float.yml, bad-inputs/db-after"
    })
    void kongMadeTheSameIds(String file, String database) throws IOException {
        List<DocumentEntry> entries = Documents.entries(Documents.recorded("2.8.5/" + file), KONG_28);
        assertThat(entries).isNotEmpty();
        for (DocumentEntry entry : entries) {
            Path rows = Documents.recorded("2.8.5/" + database + "/rows/" + entry.type() + ".json");
            assertThat(Files.readString(rows)).as("%s", entry).contains(id(entry));
        }
    }

    @Test
    void whatNothingIdentifiesHasAnIdOfItsContent() throws IOException {
        String file = "certificates:\n- {cert: a, key: b, snis: [{name: s}]}\n- {cert: a, key: c}\n";
        List<String> first = ids(file);
        assertThat(first).doesNotHaveDuplicates().isEqualTo(ids(file));
    }

    /** As Kong's reader makes them: an absent part of the cache key counts, one that is null does not. */
    @Test
    void aPartThatIsNullIsPassedOver() throws IOException {
        assertThat(ids("plugins:\n- {name: cors}\n- {name: cors, service: null}\n"))
                .containsExactly(nameBased("plugins", "plugins:cors:::"), nameBased("plugins", "plugins:cors::"));
    }

    private static String nameBased(String type, String name) {
        UUID root = UUID.fromString("fd02801f-0957-4a15-a55a-c8d9606f30b5");
        UUID space = Generators.nameBasedGenerator(root).generate(type);
        return Generators.nameBasedGenerator(space).generate(name).toString();
    }

    @Test
    void targetsOfTwoUpstreamsDiffer() throws IOException {
        assertThat(
                        ids(
                                "upstreams:\n- {name: a, targets: [{target: \"x:1\"}]}\n- {name: b, targets: [{target: \"x:1\"}]}\n"))
                .doesNotHaveDuplicates();
    }

    private List<String> ids(String sections) throws IOException {
        List<String> ids = new ArrayList<>();
        for (DocumentEntry entry : Documents.entries(directory, "_format_version: \"2.1\"\n" + sections, KONG_28)) {
            ids.add(id(entry));
        }
        return ids;
    }

    private static String id(DocumentEntry entry) {
        return ((Value.Text) EntityIds.of(entry)).value();
    }
}
