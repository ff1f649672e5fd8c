package io.keyferry.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of its own, since what it asks for lasts as long as the JVM. */
class QuickCompilerTest {
    @TempDir
    private Path temporary;

    @Test
    void theJvmTakesTheDirectivesAndNothingIsLeftBehind() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Asking.class.getName()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(said.strip()).isEqualTo("3 compiler directives added");
        try (var left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }

    /** The other JVM. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] args) throws Exception {
            System.out.println(QuickCompiler.chosen().strip());
        }
    }
}
