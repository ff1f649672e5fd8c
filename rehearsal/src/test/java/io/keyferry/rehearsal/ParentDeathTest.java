package io.keyferry.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ParentDeathTest {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    @Test
    void theNodeEndsAndItsDirectoryGoesWhenTheParentIsKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + CassandraDistribution.HOME_PROPERTY + "="
                                + System.getProperty(CassandraDistribution.HOME_PROPERTY),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = parent.inputReader(StandardCharsets.UTF_8)) {
            ProcessHandle node = ProcessHandle.of(Long.parseLong(line(output))).orElseThrow();
            Path directory = Path.of(line(output));
            assertThat(node.isAlive()).isTrue();
            assertThat(directory).isDirectory();

            parent.destroyForcibly().waitFor();

            node.onExit().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            awaitGone(directory);
        } finally {
            parent.destroyForcibly();
        }
    }

    private static String line(BufferedReader output) throws IOException {
        String line = output.readLine();
        assertThat(line).as("the parent started its node").isNotNull();
        return line;
    }

    /** The node deletes its directory before it ends, so this does not wait as a rule. */
    private static void awaitGone(Path directory) throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (Files.exists(directory) && System.nanoTime() < deadline) {
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
                    .get();
        }
        assertThat(directory).doesNotExist();
    }

    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws InterruptedException {
            CassandraCluster cluster = CassandraCluster.start(CassandraSettings.defaults());
            System.out.println(cluster.pid(1));
            System.out.println(cluster.directory());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
