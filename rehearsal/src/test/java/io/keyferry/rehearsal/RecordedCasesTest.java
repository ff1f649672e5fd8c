package io.keyferry.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.keyferry.rehearsal.RecordedCase.BadInputs;
import io.keyferry.rehearsal.RecordedCase.Bootstrap;
import io.keyferry.rehearsal.RecordedCase.Export;
import io.keyferry.rehearsal.RecordedCase.ImportAndExport;
import io.keyferry.rehearsal.RecordedCase.Migration;
import io.keyferry.rehearsal.RecordedCase.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedCasesTest {
    @Test
    void tellsEachCaseByItsContent() {
        assertThat(RecordedCases.in(ownCopy()))
                .extracting(RecordedCase::name, RecordedCase::getClass, RecordedCase::version)
                .containsExactly(
                        tuple("2.0.5/after-bootstrap", Bootstrap.class, "2.0.5"),
                        tuple("2.0.5/sample", ImportAndExport.class, "2.0.5"),
                        tuple("2.8.5/after-bootstrap", Bootstrap.class, "2.8.5"),
                        tuple("2.8.5/bad-inputs", BadInputs.class, "2.8.5"),
                        tuple("2.8.5/extras", Export.class, "2.8.5"),
                        tuple("2.8.5/nulls", ImportAndExport.class, "2.8.5"),
                        tuple("2.8.5/sample", ImportAndExport.class, "2.8.5"),
                        tuple("export-import/2.0.5-to-2.8.5", ImportAndExport.class, "2.8.5"),
                        tuple("export-import/2.8.5-to-2.8.5", ImportAndExport.class, "2.8.5"),
                        tuple("upgrade-in-place/2.0.5-to-2.8.5", Migration.class, "2.8.5"));
    }

    @Test
    void readsKongsVerdictsOnBadInputs() {
        BadInputs bad = RecordedCases.in(ownCopy(), BadInputs.class).get(0);
        assertThat(bad.verdicts()).hasSize(43);
        assertThat(bad.verdicts())
                .filteredOn(verdict -> !Files.exists(verdict.file()))
                .extracting(Verdict::file)
                .containsExactly(bad.directory().resolve("13-empty.yml"));
        Verdict first = bad.verdicts().get(0);
        assertThat(first.file()).hasFileName("01-invalid-yaml.yml");
        assertThat(first.parseCode()).isEqualTo(1);
        assertThat(first.importCode()).isEqualTo(1);
        assertThat(first.output()).first().isEqualTo("Error: Failed parsing:");
        assertThat(bad.verdicts().get(3).parseCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "2.0.5-to-2.8.5, 2.0.5, 2.8.5,",
        "2.0.5-to-2.8.5-something, 2.0.5, 2.8.5, something",
        "1.5-to-3.3.1_two-workspaces, 1.5, 3.3.1, two-workspaces",
        "kong-v2.1.4-to-kong-v2.8.5.1, 2.1.4, 2.8.5.1,",
        "2.x-to-3.x, 2.x, 3.x,",
    })
    void readsTheVersionsOfAMigrationLeniently(
            String directory, String from, String to, String label, @TempDir Path root) throws IOException {
        keyspace(root.resolve(directory).resolve("db-before"));
        keyspace(root.resolve(directory).resolve("db-after-finish"));
        Migration migration = RecordedCases.in(root, Migration.class).get(0);
        assertThat(migration.from()).isEqualTo(from);
        assertThat(migration.to()).isEqualTo(to);
        assertThat(migration.label().orElse(null)).isEqualTo(label);
        assertThat(migration.before()).isDirectory();
        assertThat(migration.afterFinish()).isDirectory();
    }

    @Test
    void asksForVersionsInTheNameOfAMigration(@TempDir Path root) throws IOException {
        keyspace(root.resolve("mystery/db-before"));
        keyspace(root.resolve("mystery/db-after-finish"));
        assertThatThrownBy(() -> RecordedCases.in(root))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("call it <from>-to-<to>");
    }

    @Test
    void asksForAVersionAboveTheOthers(@TempDir Path root) throws IOException {
        keyspace(root.resolve("mystery/after-bootstrap"));
        assertThatThrownBy(() -> RecordedCases.in(root))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("version in its name");
    }

    @Test
    void saysHowToPointToTheRecordings(@TempDir Path root) {
        assertThatThrownBy(() -> RecordedCases.in(root.resolve("none")))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("-Dkeyferry.recorded");
    }

    private static Path ownCopy() {
        return Path.of(System.getProperty(RecordedCases.ROOT_PROPERTY, ""))
                .resolve("rehearsal/src/test/recorded")
                .toAbsolutePath();
    }

    private static void keyspace(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("schema.json"), "{}");
    }
}
