package io.keyferry.migrator;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sorts the differences of one case into those that are meant, by reason, and those that nobody explained. What was
 * meant is told in {@code target/recorded-keyspaces.txt}; anything else fails the case. Not thread-safe.
 */
final class Findings {
    private static final Path REPORT = Path.of("target", "recorded-keyspaces.txt");
    private static final int SHOWN = 60;

    private final String name;
    private final Map<String, Integer> meant = new LinkedHashMap<>();
    private final List<String> unexplained = new ArrayList<>();

    Findings(String name) {
        this.name = name;
    }

    /** Each difference goes to the first allowance that covers it. */
    <D> void sort(List<D> differences, List<Allowance<D>> allowances) {
        for (D difference : differences) {
            allowances.stream()
                    .filter(allowance -> allowance.covers().test(difference))
                    .findFirst()
                    .ifPresentOrElse(allowance -> meant(allowance.reason()), () -> unexplained(difference.toString()));
        }
    }

    void meant(String reason) {
        meant.merge(reason, 1, Integer::sum);
    }

    void unexplained(String difference) {
        unexplained.add(difference);
    }

    /** Tells what was meant, and fails for what was not explained. */
    void conclude() {
        StringBuilder text = new StringBuilder(name)
                .append(unexplained.isEmpty() ? ": as Kong" : ": NOT as Kong")
                .append('\n');
        meant.forEach((reason, count) -> text.append(String.format("  %5d  %s%n", count, reason)));
        unexplained.forEach(
                difference -> text.append("      !  ").append(difference).append('\n'));
        try {
            Files.createDirectories(Path.of("target"));
            Files.writeString(REPORT, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!unexplained.isEmpty()) {
            fail(name + ": " + unexplained.size() + " differences from Kong that nothing explains:\n  "
                    + String.join("\n  ", unexplained.subList(0, Math.min(SHOWN, unexplained.size())))
                    + (unexplained.size() > SHOWN ? "\n  ..." : ""));
        }
    }

    /** Begins a new report. */
    static void begin() throws IOException {
        Files.deleteIfExists(REPORT);
    }
}
