package io.keyferry.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.rehearsal.RecordedCase;
import io.keyferry.rehearsal.RecordedCase.BadInputs;
import io.keyferry.rehearsal.RecordedCase.Bootstrap;
import io.keyferry.rehearsal.RecordedCase.Export;
import io.keyferry.rehearsal.RecordedCase.ImportAndExport;
import io.keyferry.rehearsal.RecordedCase.Migration;
import io.keyferry.rehearsal.RecordedCases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every recorded case, on real Cassandra: what we make of a keyspace or a document is what Kong made of it, but for the
 * differences that are listed with their reasons. Cases are found, not named here: {@code -Dkeyferry.recorded=DIR} runs
 * those of another directory. {@code target/recorded-keyspaces.txt} tells how often each reason was needed.
 */
final class RecordedKeyspacesTest {
    @TempDir
    private static Path directory;

    private static Keyspaces keyspaces;

    @BeforeAll
    static void begin() throws IOException {
        keyspaces = new Keyspaces();
        Findings.begin();
    }

    @AfterAll
    static void end() {
        keyspaces.close();
    }

    @TestFactory
    Stream<DynamicTest> asKong() {
        List<RecordedCase> cases = RecordedCases.in(RecordedCases.directory());
        assertThat(cases).as("cases below " + RecordedCases.directory()).isNotEmpty();
        return cases.stream().flatMap(RecordedKeyspacesTest::tests);
    }

    private static Stream<DynamicTest> tests(RecordedCase recorded) {
        Runs runs = new Runs(keyspaces, directory);
        if (recorded instanceof Bootstrap bootstrap) {
            BootstrapCase made = new BootstrapCase(runs, bootstrap, catalog(recorded));
            return Stream.of(test(recorded, "", name -> made.run()));
        }
        if (recorded instanceof Migration migration) {
            return Stream.of(
                    test(recorded, "", MigrationCase.upgrade(runs, migration)::run),
                    test(
                            recorded,
                            ": then moved",
                            MigrationCase.within(runs, migration.afterFinish(), catalog(recorded))::run));
        }
        if (recorded instanceof ImportAndExport both) {
            ImportCase imported = new ImportCase(runs, both.directory(), catalog(recorded));
            return Stream.concat(
                    exported(recorded, both.database(), both.exportFile()),
                    Stream.of(
                            test(recorded, ": import", name -> imported.run(name, both.importFile())),
                            test(
                                    recorded,
                                    ": import of Kong's export",
                                    name -> imported.runExport(name, both.exportFile()))));
        }
        if (recorded instanceof Export export) {
            return exported(recorded, export.database(), export.exportFile());
        }
        BadInputs inputs = (BadInputs) recorded;
        return Stream.of(test(recorded, "", name -> new BadInputsCase(runs, inputs, catalog(recorded)).run()));
    }

    private static Stream<DynamicTest> exported(RecordedCase recorded, Path database, Path document) {
        Runs runs = new Runs(keyspaces, directory);
        return Stream.of(
                test(recorded, ": export", new ExportCase(runs, database, document, catalog(recorded))::run),
                test(recorded, ": moved", MigrationCase.within(runs, database, catalog(recorded))::run));
    }

    /** Something to be done for a case under a name. */
    private interface Body {
        void run(String name) throws Exception;
    }

    private static DynamicTest test(RecordedCase recorded, String what, Body body) {
        String name = recorded.name() + what;
        return dynamicTest(name, recorded.directory().toUri(), () -> body.run(name));
    }

    private static Catalog catalog(RecordedCase recorded) {
        return Catalog.forVersion(KongVersion.parse(recorded.version()));
    }
}
