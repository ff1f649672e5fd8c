package io.keyferry.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a process leaves behind, stopped or not. */
class StopTest {
    @TempDir
    private Path directory;

    /** A moment of a rehearsal, told by what is in its journal or not yet. */
    enum Moment {
        STARTING_CASSANDRA,
        EXPORT,
        BOOTSTRAP,
        IMPORT
    }

    private Process rehearse(String... more) throws IOException {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        String[] args = new String[more.length + 3];
        args[0] = "rehearse";
        args[1] = "--work-dir";
        args[2] = directory.resolve("work").toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return Typing.process(directory, List.of("-Djava.io.tmpdir=" + temporary), args);
    }

    @ParameterizedTest
    @CsvSource({"INT, STARTING_CASSANDRA", "TERM, EXPORT", "INT, BOOTSTRAP", "TERM, IMPORT"})
    void aSignalEndsARehearsalWithinSecondsAndNothingStays(String signal, Moment moment) throws Exception {
        Process process = rehearse("--entities", "30000");
        await().atMost(Duration.ofMinutes(3))
                .until(() -> reached(moment) && process.descendants().findAny().isPresent());
        List<ProcessHandle> nodes = process.descendants().toList();

        long began = System.nanoTime();
        signal(signal, process);
        Ended ended = Typing.finish(process);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(130);
        assertThat(ended.err())
                .contains("Stopping.", "keyferry: stopped before the end")
                .doesNotContain("defect", "not everything could be closed");
        assertThat(ended.out()).contains("Outcome: interrupted");
        JsonNode report = new ObjectMapper()
                .readTree(directory.resolve("work/report.json").toFile());
        assertThat(report.path("outcome").asText()).isEqualTo("interrupted");
        try (Stream<Path> files = Files.list(directory.resolve("work"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isSubsetOf(
                            ".lock",
                            "journal.jsonl",
                            "progress.json",
                            "manifest.json",
                            "report.json",
                            "report.html",
                            "findings.jsonl",
                            "digest.key",
                            "differences.jsonl");
        }
        nodes.forEach(node -> await().atMost(Duration.ofSeconds(5)).until(() -> !node.isAlive()));
        try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("keyferry"));
        }
    }

    @Test
    void aStoppedMigrationSaysWhatIsLeftOnTheTarget() throws Exception {
        String source = Keyspaces.sample("cli_source");
        String target = SharedNode.freshKeyspaceName("cli_stopped");
        try {
            Process process = Typing.process(directory, Typing.migrate(source, target, directory.resolve("work")));
            await().atMost(Duration.ofMinutes(1)).until(() -> reached(Moment.BOOTSTRAP));
            signal("TERM", process);
            Ended ended = Typing.finish(process);

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(130);
            assertThat(ended.out())
                    .contains(
                            "Warning: the new keyspace " + target + " is left unfinished. No Kong starts on it",
                            "keyferry migrate --resume --work-dir " + directory.resolve("work"),
                            "DROP KEYSPACE \"" + target + "\";",
                            "Outcome: interrupted");
            assertThat(Keyspaces.count(target, "schema_meta")).isZero();
            assertThat(Keyspaces.locks(target)).containsExactly("keyferry made");

            Ended again = Typing.keyferry(Typing.migrate(source, target, directory.resolve("again")));
            assertThat(again.exitCode()).isEqualTo(5);
            assertThat(again.err()).contains("is no whole keyspace of Kong 2.8", "dropped");
        } finally {
            Keyspaces.drop(source);
            Keyspaces.drop(target);
        }
    }

    /** As somebody else would send it: {@link Process#destroy} also closes the pipes. */
    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private boolean reached(Moment moment) throws IOException {
        if (moment == Moment.STARTING_CASSANDRA) {
            try (Stream<Path> files = Files.walk(directory.resolve("tmp"))) {
                return files.anyMatch(file -> file.endsWith("node.log"));
            }
        }
        Path journal = directory.resolve("work/journal.jsonl");
        return Files.exists(journal)
                && Files.readString(journal, UTF_8)
                        .contains("\"event\":\"started\",\"step\":\""
                                + moment.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void stdoutIsOneDocumentAndStderrIsJsonLines() throws Exception {
        Ended ended = Typing.finish(rehearse("--json", "--log-format", "json"));

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(CommandsTest.oneDocument(ended.out()).path("outcome").asText())
                .isEqualTo("equal");
        for (String line : ended.err().lines().toList()) {
            assertThat(new ObjectMapper().readTree(line).isObject()).as(line).isTrue();
        }
    }
}
