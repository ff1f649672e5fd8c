package io.keyferry.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.plan.Plan;
import io.keyferry.rehearsal.SharedNode;
import io.keyferry.verifier.report.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A work directory on a small file system of its own, which only root can make. */
class FullDiskTest {
    private static final int LEFT_BYTES = 20_000;

    @TempDir
    private Path directory;

    private KeyspaceAddress old;
    private KeyspaceAddress moved;
    private boolean mounted;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", directory.toString());
        assumeTrue(mounted, "only root can mount a small file system, and not in every container");
        old = SampleKeyspaces.fresh("disk_old");
        moved = SampleKeyspaces.fresh("disk_new");
        new SampleSource(old, SampleSource.VERSION, 0, Clock.systemUTC()).write(RunSettings.defaults());
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) {
            assertThat(run("umount", directory.toString())).isTrue();
            SampleKeyspaces.drop(old);
            SampleKeyspaces.drop(moved);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // There is no such program.
        }
    }

    private RunResult migrate(String name, Predicate<Plan> consent) {
        try (WorkDirectory work = WorkDirectory.at(directory.resolve(name))) {
            return migrate(work, consent);
        }
    }

    private RunResult migrate(WorkDirectory work, Predicate<Plan> consent) {
        return new Migration(
                        old,
                        moved,
                        KongVersion.parse("2.8"),
                        RunSettings.defaults(),
                        work,
                        new RunContext(
                                "migrate",
                                Map.of(),
                                "test",
                                "test@test",
                                Clock.systemUTC(),
                                TransferListener.NONE,
                                consent))
                .run();
    }

    private boolean exists() {
        return SharedNode.session()
                        .execute(
                                "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?",
                                moved.keyspace())
                        .one()
                != null;
    }

    @Test
    void isToldInThePlan() {
        KeyferryException failure = migrate("plan", plan -> true).failure().orElseThrow();
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure)
                .hasMessageContaining("has room for")
                .hasMessageContaining("make room, or name another directory with --work-dir");
        assertThat(exists()).isFalse();
    }

    @Test
    void isAClearErrorAndTheRunGoesOnOnceThereIsRoom() throws IOException, InterruptedException {
        assertThat(run("mount", "-o", "remount,size=64m", directory.toString())).isTrue();
        Path filler = directory.resolve("filler");

        KeyferryException failure =
                migrate("full", plan -> filled(filler)).failure().orElseThrow();

        assertThat(failure.kind()).as(failure.toString()).isEqualTo(Kind.USAGE);
        assertThat(failure).hasMessageContaining(directory.toString()).hasMessageContaining("No space left on device");
        assertThat(exists()).isFalse();

        Files.delete(filler);
        try (WorkDirectory work = WorkDirectory.resume(directory.resolve("full"))) {
            assertThat(work.past().fact(Past.PLANNED)).isPresent();
            RunResult resumed = migrate(work, plan -> {
                throw new AssertionError("asked twice");
            });
            assertThat(resumed.report().outcome()).as("%s", resumed.failure()).isEqualTo(Outcome.EQUAL);
        }
    }

    /** Fills the disk but for a little, when the plan is agreed to. */
    private boolean filled(Path filler) {
        byte[] chunk = new byte[4 << 10];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (Files.getFileStore(directory).getUsableSpace() > LEFT_BYTES) {
                out.write(chunk);
            }
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
