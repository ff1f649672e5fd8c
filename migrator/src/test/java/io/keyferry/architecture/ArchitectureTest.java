package io.keyferry.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the main code of all modules against the architecture, and shows that each rule sees a breach. */
final class ArchitectureTest {
    private static final JavaClasses MAIN =
            new ClassFileImporter().withImportOption(ArchitectureTest::isMain).importPackages("io.keyferry");

    @TempDir
    private Path directory;

    private static boolean isMain(Location location) {
        return !location.contains(ArchitectureTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString());
    }

    static Set<String> rooms() {
        return Arrows.rooms();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void roomsKnowOnlyWhatTheyMay(String room) {
        Arrows.ofRoom(room).check(MAIN);
    }

    @Test
    void allModulesAreLookedAt() {
        assertThat(MAIN.stream().map(JavaClass::getPackageName))
                .contains(
                        "io.keyferry.rehearsal",
                        "io.keyferry.keyspace.model",
                        "io.keyferry.verifier.digest",
                        "io.keyferry.migrator.run");
        assertThat(MAIN.stream().map(JavaClass::getSimpleName)).doesNotContain("ArchitectureTest");
    }

    @Test
    void everyClassHasARoom() {
        Arrows.EVERY_CLASS_HAS_A_ROOM.check(MAIN);
    }

    @Test
    void theDriverStaysWhereRowsAre() {
        Arrows.THE_DRIVER_STAYS_WHERE_ROWS_ARE.check(MAIN);
    }

    @Test
    void picocliStaysAtTheCommandLine() {
        Arrows.PICOCLI_STAYS_AT_THE_COMMAND_LINE.check(MAIN);
    }

    @Test
    void micrometerStaysWithTheMetrics() {
        Arrows.MICROMETER_STAYS_WITH_THE_METRICS.check(MAIN);
    }

    @Test
    void onlyCatalogueAndRulesCompareVersions() {
        Arrows.ONLY_CATALOGUE_AND_RULES_COMPARE_VERSIONS.check(MAIN);
    }

    @Test
    void onlyOneRoomOpensWhatCanWrite() {
        Arrows.ONLY_ONE_ROOM_OPENS_WHAT_CAN_WRITE.check(MAIN);
    }

    @Test
    void namesSayWhatAClassIs() {
        Arrows.NAMES_SAY_WHAT_A_CLASS_IS.check(MAIN);
    }

    @Test
    void thereIsNoStaticState() {
        Arrows.STATIC_FIELDS_ARE_FINAL.check(MAIN);
        Arrows.STATIC_FIELDS_ARE_NO_VARIABLES.check(MAIN);
    }

    /** A class of the first room that knows one of another is a breach. */
    @ParameterizedTest
    @CsvSource({
        "rehearsal, keyspace.model.Entity",
        "keyspace.problem, keyspace.model.Entity",
        "keyspace.listen, keyspace.model.Entity",
        "keyspace.catalog, keyspace.model.Entity",
        "keyspace.model, keyspace.codec.RowCodec",
        "keyspace.codec, keyspace.read.TableScan",
        "keyspace.codec, keyspace.cql.ReadSession",
        "keyspace.cql, keyspace.catalog.Catalog",
        "keyspace.read, keyspace.document.DocumentReader",
        "keyspace.document, keyspace.codec.RowCodec",
        "keyspace.upgrade, keyspace.read.TableScan",
        "keyspace.sample, keyspace.upgrade.Upgrade",
        "keyspace.read, verifier.digest.TableDigest",
        "verifier.digest, verifier.verify.Verdict",
        "verifier.verify, verifier.report.Report",
        "verifier.verify, migrator.schema.Bootstrap",
        "verifier.report, migrator.run.Migration",
        "migrator.schema, migrator.load.Import",
        "migrator.export, migrator.load.Import",
        "migrator.load, migrator.export.Export",
        "migrator.plan, migrator.run.Migration",
        "migrator.run, migrator.cli.Main",
        "migrator.run, migrator.progress.ProgressBars",
        "migrator.run, rehearsal.CassandraCluster",
        "migrator.progress, migrator.run.Migration",
        "migrator.metrics, migrator.run.Migration",
        "migrator.run, migrator.metrics.RunMetrics",
    })
    void seesAForbiddenArrow(String room, String known) throws IOException {
        assertThat(breaches(
                        Arrows.ofRoom(room),
                        room,
                        "public class Breach { public io.keyferry." + known + " known() { return null; } }"))
                .hasSize(1);
    }

    static List<Arguments> breaches() {
        return List.of(
                Arguments.of(Arrows.EVERY_CLASS_HAS_A_ROOM, "keyspace.util", "class Breach {}"),
                Arguments.of(
                        Arrows.THE_DRIVER_STAYS_WHERE_ROWS_ARE,
                        "migrator.run",
                        "abstract class Breach { abstract com.datastax.oss.driver.api.core.CqlSession known(); }"),
                Arguments.of(
                        Arrows.PICOCLI_STAYS_AT_THE_COMMAND_LINE,
                        "migrator.run",
                        "@picocli.CommandLine.Command class Breach {}"),
                Arguments.of(
                        Arrows.MICROMETER_STAYS_WITH_THE_METRICS,
                        "migrator.run",
                        "abstract class Breach { abstract io.micrometer.core.instrument.Counter known(); }"),
                Arguments.of(
                        Arrows.ONLY_CATALOGUE_AND_RULES_COMPARE_VERSIONS,
                        "migrator.plan",
                        "class Breach { boolean later(io.keyferry.keyspace.catalog.KongVersion version) {"
                                + " return version.isLineAtLeast(version); } }"),
                Arguments.of(
                        Arrows.ONLY_CATALOGUE_AND_RULES_COMPARE_VERSIONS,
                        "migrator.plan",
                        "class Breach { java.util.Comparator<io.keyferry.keyspace.catalog.KongVersion> order() {"
                                + " return io.keyferry.keyspace.catalog.KongVersion::compareTo; } }"),
                Arguments.of(
                        Arrows.ONLY_ONE_ROOM_OPENS_WHAT_CAN_WRITE,
                        "verifier.verify",
                        "class Breach { Object open(io.keyferry.keyspace.cql.KeyspaceAddress source) {"
                                + " return new io.keyferry.keyspace.cql.Connector().openTarget(source); } }"),
                Arguments.of(Arrows.NAMES_SAY_WHAT_A_CLASS_IS, "migrator.run", "class RunManager {}"),
                Arguments.of(Arrows.NAMES_SAY_WHAT_A_CLASS_IS, "migrator.run", "class AbstractRun {}"),
                Arguments.of(Arrows.NAMES_SAY_WHAT_A_CLASS_IS, "migrator.run", "class TextUtil {}"),
                Arguments.of(
                        Arrows.NAMES_SAY_WHAT_A_CLASS_IS, "migrator.run", "class Run { static class StepImpl {} }"),
                Arguments.of(Arrows.STATIC_FIELDS_ARE_FINAL, "migrator.run", "class Breach { static int runs; }"),
                Arguments.of(
                        Arrows.STATIC_FIELDS_ARE_NO_VARIABLES,
                        "migrator.run",
                        "class Breach { static final java.util.concurrent.atomic.AtomicInteger RUNS = null; }"));
    }

    @ParameterizedTest
    @MethodSource("breaches")
    void seesABreach(ArchRule rule, String room, String source) throws IOException {
        assertThat(breaches(rule, room, source)).isNotEmpty();
    }

    /** What a rule says of a class that stands in a room's package. */
    private List<String> breaches(ArchRule rule, String room, String source) throws IOException {
        Path sources = Files.createDirectory(directory.resolve("sources"));
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Path file = sources.resolve(source.replaceFirst("(?s).*?class (\\w+).*", "$1") + ".java");
        Files.writeString(file, "package io.keyferry." + room + "; " + source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int failed = compiler.run(
                null,
                null,
                null,
                Stream.of("-proc:none", "-d", classes, "-cp", System.getProperty("java.class.path"), file)
                        .map(Object::toString)
                        .toArray(String[]::new));
        assertThat(failed).as(source).isZero();
        return rule.evaluate(new ClassFileImporter().importPath(classes))
                .getFailureReport()
                .getDetails();
    }
}
