package io.keyferry.keyspace.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.ScratchKeyspace;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.Subsystem;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class KongKeyspaceTest {
    private static final Catalog LATEST_2 = Catalog.forVersion(KongVersion.parse("2.8.5"));

    private static ScratchKeyspace keyspace;

    @BeforeAll
    static void create() {
        keyspace = new ScratchKeyspace(LATEST_2, List.of("schema_meta", "workspaces", "services"));
    }

    @AfterAll
    static void drop() {
        keyspace.close();
    }

    @BeforeEach
    void empty() {
        for (String table : List.of("schema_meta", "workspaces")) {
            keyspace.session().execute("TRUNCATE " + keyspace.table(table));
        }
    }

    private static void executed(String subsystem, Set<String> migrations) {
        keyspace.session()
                .execute(
                        "INSERT INTO " + keyspace.table("schema_meta")
                                + " (key, subsystem, executed) VALUES ('schema_meta', ?, ?)",
                        subsystem,
                        migrations);
    }

    private static KongKeyspace open() {
        return KongKeyspace.open(keyspace.reader(), Optional.empty());
    }

    static Stream<KongVersion> known() {
        return Catalog.known().stream();
    }

    @ParameterizedTest
    @MethodSource("known")
    void recognisesEveryVersionByItsMigrations(KongVersion version) {
        for (Subsystem subsystem : Catalog.forVersion(version).subsystems()) {
            executed(subsystem.name(), new HashSet<>(subsystem.executed()));
        }
        List<KongVersion> alike = Catalog.indistinguishableFrom(version);
        assertThat(open().catalog().version()).isEqualTo(alike.get(alike.size() - 1));
    }

    @Test
    void takesTheUsersWordForTheVersion() {
        KongVersion said = KongVersion.parse("2.4");
        assertThat(KongKeyspace.open(keyspace.reader(), Optional.of(said))
                        .catalog()
                        .version()
                        .line())
                .isEqualTo("2.4");
    }

    @Test
    void refusesAVersionItDoesNotKnowAndSaysWhatToDo() {
        executed("core", Set.of("000_base", "999_from_the_future"));
        executed("acl", Set.of("000_base_acl"));

        assertThatThrownBy(KongKeyspaceTest::open)
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SOURCE))
                .hasMessageContainingAll(
                        "source cassandra://",
                        "of no Kong version that Keyferry knows",
                        "2.0, 2.1",
                        "up to 999_from_the_future",
                        "--from-kong");
    }

    @Test
    void refusesAKeyspaceWhoseMigrationsNeverRan() {
        assertThatThrownBy(KongKeyspaceTest::open)
                .isInstanceOf(KeyferryException.class)
                .hasMessageContainingAll("schema_meta lists no core migration", "Finish its migrations");
    }

    @Test
    void refusesMigrationsThatStoppedHalfWay() {
        List<String> core = LATEST_2.subsystems().get(0).executed();
        Set<String> half = new HashSet<>(core.subList(0, 3));
        executed("core", half);

        assertThatThrownBy(KongKeyspaceTest::open)
                .isInstanceOf(KeyferryException.class)
                .hasMessageContaining("Finish its migrations with its own Kong");
    }

    @Test
    void refusesAKeyspaceThatIsNotKongs() {
        try (ScratchKeyspace other = new ScratchKeyspace(LATEST_2, List.of("services"));
                ScratchKeyspace empty = new ScratchKeyspace(LATEST_2, List.of())) {
            assertThatThrownBy(() -> KongKeyspace.open(other.reader(), Optional.empty()))
                    .isInstanceOf(KeyferryException.class)
                    .hasMessageContainingAll("no table schema_meta", "1 other", "Name Kong's keyspace");
            assertThatThrownBy(() -> KongKeyspace.open(empty.reader(), Optional.empty()))
                    .isInstanceOf(KeyferryException.class)
                    .hasMessageContaining("it has no table at all");
        }
    }

    @Test
    void knowsItsDefaultWorkspace() {
        UUID id = UUID.randomUUID();
        workspace(id, "default");
        workspace(UUID.randomUUID(), "team");
        KongKeyspace opened = KongKeyspace.open(keyspace.reader(), Optional.of(LATEST_2.version()));

        assertThat(opened.workspaces()).extracting(Workspace::name).containsExactlyInAnyOrder("default", "team");
        assertThat(opened.defaultWorkspace()).contains(id);
    }

    @Test
    void refusesSeveralDefaultWorkspacesAsKong210LeftThem() {
        workspace(UUID.randomUUID(), "default");
        workspace(UUID.randomUUID(), "default");
        KongKeyspace opened = KongKeyspace.open(keyspace.reader(), Optional.of(LATEST_2.version()));

        assertThatThrownBy(opened::defaultWorkspace)
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("2 workspaces named default");
    }

    @Test
    void thereAreNoWorkspacesBeforeKong21() {
        workspace(UUID.randomUUID(), "default");
        KongKeyspace opened = KongKeyspace.open(keyspace.reader(), Optional.of(KongVersion.parse("2.0")));

        assertThat(opened.workspaces()).isEmpty();
        assertThat(opened.defaultWorkspace()).isEmpty();
    }

    @Test
    void scansOnlyTablesThatAreThere() {
        KongKeyspace opened = KongKeyspace.open(keyspace.reader(), Optional.of(LATEST_2.version()));
        List<String> scanned = new ArrayList<>();
        LATEST_2.entityTypes()
                .forEach(type -> opened.scan(type)
                        .ifPresent(scan -> scanned.add(scan.type().name())));

        assertThat(scanned).containsExactlyInAnyOrder("workspaces", "services");
    }

    private static void workspace(UUID id, String name) {
        keyspace.session()
                .execute("INSERT INTO " + keyspace.table("workspaces") + " (id, name) VALUES (?, ?)", id, name);
    }
}
