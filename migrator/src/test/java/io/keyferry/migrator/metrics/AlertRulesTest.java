package io.keyferry.migrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool on the files of docker/prometheus. */
final class AlertRulesTest {
    private static final Path FILES = Tools.repository("docker/prometheus");

    @TempDir
    private Path directory;

    private String promtool;

    @BeforeEach
    void find() {
        promtool = Tools.program("promtool");
    }

    @Test
    void theRulesDoWhatTheirTestsSay() throws Exception {
        Tools.Ended tested = Tools.run(FILES, promtool, "test", "rules", "keyferry-rules-test.yml");

        assertThat(tested.exitCode()).as(tested.output()).isZero();
    }

    @Test
    void aRuleThatIsWrongIsSeen() throws Exception {
        String rules = Files.readString(FILES.resolve("keyferry-rules.yml"));
        Files.copy(FILES.resolve("keyferry-rules-test.yml"), directory.resolve("keyferry-rules-test.yml"));
        Files.writeString(directory.resolve("keyferry-rules.yml"), rules.replace("172800", "86400"));

        Tools.Ended tested = Tools.run(directory, promtool, "test", "rules", "keyferry-rules-test.yml");

        assertThat(tested.exitCode()).as(tested.output()).isEqualTo(1);
    }

    @Test
    void prometheusTakesTheConfiguration() throws Exception {
        Tools.Ended checked = Tools.run(FILES, promtool, "check", "config", "prometheus.yml");

        assertThat(checked.exitCode()).as(checked.output()).isZero();
    }
}
