package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.codec.RowLimits;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Cassandra would refuse in the middle of an import is refused before it. */
class RowLimitsTest {
    private static final long MEGABYTE = 1L << 20;

    @TempDir
    private Path directory;

    private long check(String entities) throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, "_format_version: \"2.1\"\n" + entities);
        Import loading = new Import(
                file,
                Catalog.forVersion(KongVersion.parse("2.8")),
                Optional.empty(),
                new Import.Settings(Set.of(), 1, directory, Clock.systemUTC(), TransferListener.NONE));
        loading.limitTo(new RowLimits(MEGABYTE));
        return loading.check().total();
    }

    @Test
    void aValueThatRowsAreFoundByHas65535Bytes() throws IOException {
        assertThat(check("consumers:\n- custom_id: " + "x".repeat(65_535) + "\n"))
                .isEqualTo(1);
        assertThatThrownBy(() -> check("consumers:\n- custom_id: " + "é".repeat(32_768) + "\n"))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("kong.yml:3: consumers")
                .hasMessageContaining("field 'custom_id' has 65536 bytes, and Cassandra takes 65535");
    }

    @Test
    void aRowHasHalfASegmentOfTheCommitLog() throws IOException {
        String half = "    - " + "x".repeat((int) MEGABYTE / 2 - 100) + "\n";
        String plugin = "plugins:\n- name: pre-function\n  config:\n    access:\n";
        assertThat(check(plugin + half)).isEqualTo(1);
        assertThatThrownBy(() -> check(plugin + half + half + half))
                .hasMessageContaining("the target takes 1048576 in one write")
                .hasMessageContaining("commitlog_segment_size");
    }
}
