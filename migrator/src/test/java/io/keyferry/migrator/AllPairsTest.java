package io.keyferry.migrator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample of each version, which uses every field of every entity type and every configuration key, is migrated to
 * each later version and verified equal. All pairs take minutes: {@code mvn -P all-pairs verify}.
 */
final class AllPairsTest {
    @TempDir
    private static Path directory;

    /** The whole way, the ways to and from the versions that most clusters have, and one step within a version. */
    @TestFactory
    Stream<DynamicTest> tellingPairsMigrateAndAreEqual() {
        return tests(Stream.of("1.5-3.3", "1.5-2.8", "2.0-2.8", "2.8-3.3", "3.3-3.3")
                .map(Pair::parse)
                .toList());
    }

    @TestFactory
    @Tag("all-pairs")
    Stream<DynamicTest> allPairsMigrateAndAreEqual() {
        List<Pair> pairs = new ArrayList<>();
        for (KongVersion to : Catalog.known()) {
            for (KongVersion from : Catalog.known()) {
                if (to.isLineAtLeast(from)) {
                    pairs.add(new Pair(from, to));
                }
            }
        }
        assertThat(pairs).hasSize(105);
        return tests(pairs);
    }

    private static Stream<DynamicTest> tests(List<Pair> pairs) {
        PairMigrations migrations = new PairMigrations(requireNonNull(directory), pairs);
        Stream<DynamicTest> bootstraps = pairs.stream()
                .map(Pair::from)
                .distinct()
                .map(version -> dynamicTest(
                        "bootstrap of " + version.line(), () -> migrations.requireLaidOutAsCatalogued(version)));
        Stream<DynamicTest> migrated =
                pairs.stream().map(pair -> dynamicTest(pair.toString(), () -> migrations.requireEqual(pair)));
        return Stream.concat(bootstraps, migrated).onClose(migrations::close);
    }

    /** A migration between two versions, the second one not below the first. */
    record Pair(KongVersion from, KongVersion to) {
        static Pair parse(String text) {
            String[] lines = text.split("-", 2);
            return new Pair(KongVersion.parse(lines[0]), KongVersion.parse(lines[1]));
        }

        @Override
        public String toString() {
            return from.line() + " to " + to.line();
        }
    }
}
