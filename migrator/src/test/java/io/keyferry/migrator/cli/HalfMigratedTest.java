package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.RecordedCases;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.SharedNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A keyspace of Kong 2.0 as a real {@code kong migrations up} of 2.8 left it, before {@code finish}. */
class HalfMigratedTest {
    private static final String TARGET = "cli_half_target";

    private static String source;

    @TempDir
    private Path directory;

    @BeforeAll
    static void loadRecording() {
        source = SharedNode.freshKeyspaceName("cli_half");
        RecordedKeyspace.load(
                RecordedCases.directory().resolve("upgrade-in-place/2.0.5-to-2.8.5/db-after-up"),
                SharedNode.session(),
                source);
    }

    @AfterAll
    static void drop() {
        Keyspaces.drop(source);
        Keyspaces.drop(TARGET);
    }

    private Ended typed(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(
                command,
                "--from",
                Keyspaces.uri(source),
                "--to",
                Keyspaces.uri(TARGET),
                "--work-dir",
                directory.resolve("run").toString()));
        args.addAll(List.of(more));
        return keyferry(args.toArray(String[]::new));
    }

    private static void isRefused(Ended ended) {
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(5);
        assertThat(ended.err().replaceAll("\\s+", " "))
                .contains(
                        source,
                        "is half migrated",
                        "core=[009_200_to_210, 010_210_to_211, 012_213_to_220, 013_220_to_230]",
                        "acl=[003_200_to_210, 004_212_to_213]",
                        "Run 'kong migrations finish' with the Kong that began it")
                .doesNotContain("session=");
        assertThat(Keyspaces.exists(TARGET)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.8", "3.3"})
    void isRefusedByPlan(String kong) {
        isRefused(typed("plan", "--kong", kong));
    }

    @Test
    void isRefusedWhateverVersionTheUserNames() {
        isRefused(typed("plan", "--kong", "2.8", "--from-kong", "2.8"));
    }

    @Test
    void isRefusedByMigrateBeforeTheTargetIsMade() {
        isRefused(typed("migrate", "--kong", "2.8", "--yes"));
    }

    @Test
    void isRefusedByExport() {
        Path file = directory.resolve("kong.yml");

        isRefused(keyferry("export", "--from", Keyspaces.uri(source), file.toString()));

        assertThat(file).doesNotExist();
    }
}
