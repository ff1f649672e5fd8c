package io.keyferry.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How a JVM compiles. Which is faster depends on how long a program runs, and on what else wants the cores. */
enum JvmCompiler {
    /** As Java does by itself. */
    THOROUGH("") {
        @Override
        List<String> options(Path root) {
            return List.of();
        }
    },

    /** As Keyferry's commands do that move rows: all but digests, ciphers, texts and sorting by the quick compiler. */
    QUICK(", quick compiler") {
        @Override
        List<String> options(Path root) {
            return List.of(
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:CompilerDirectivesFile="
                            + root.resolve("migrator/src/main/resources/io/keyferry/migrator/cli/compiler.json"),
                    "-XX:-DisplayVMOutput");
        }
    };

    /** What the name of a figure that was measured so ends with. */
    final String suffix;

    JvmCompiler(String suffix) {
        this.suffix = suffix;
    }

    /** What the figures of subjects are called that were measured with each compiler. */
    static List<String> figures(String... subjects) {
        return Arrays.stream(subjects)
                .flatMap(subject -> Arrays.stream(values()).map(compiler -> subject + compiler.suffix))
                .toList();
    }

    /** @param root the repository */
    abstract List<String> options(Path root);
}
