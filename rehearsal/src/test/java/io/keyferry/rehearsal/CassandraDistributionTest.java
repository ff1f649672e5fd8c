package io.keyferry.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassandraDistributionTest {
    @Test
    void takesTheNewestOfALine(@TempDir Path home) throws IOException {
        lay(home, "5.0.9");
        lay(home, "5.0.10");
        lay(home, "4.1.10");
        Files.createDirectories(home.resolve("5.0.99/lib"));
        assertThat(CassandraDistribution.find("5.0", List.of(home)).version()).isEqualTo("5.0.10");
        assertThat(CassandraDistribution.find("5.0.9", List.of(home)).version()).isEqualTo("5.0.9");
        assertThat(CassandraDistribution.find("4", List.of(home)).version()).isEqualTo("4.1.10");
    }

    @Test
    void saysHowToLayWhatIsMissing(@TempDir Path home) {
        assertThatThrownBy(() -> CassandraDistribution.find("3.11", List.of(home)))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("No Cassandra 3.11 found")
                .hasMessageContaining(home.toString())
                .hasMessageContaining("mvn -f rehearsal/cassandra")
                .hasMessageContaining("-Dkeyferry.cassandra.home");
    }

    private static void lay(Path home, String version) throws IOException {
        Path lib = Files.createDirectories(home.resolve(version).resolve("lib"));
        Files.createFile(lib.resolve("cassandra-all-" + version + ".jar"));
    }
}
