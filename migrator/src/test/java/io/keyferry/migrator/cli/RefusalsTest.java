package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.keyferry.migrator.cli.Typing.Ended;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input ends with the contract's exit code and a message of what, where and what to do, and leaves nothing behind. */
class RefusalsTest {
    private static final String TARGET = "cli_refused";

    private static String source;
    private static String standing;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeKeyspaces() {
        source = Keyspaces.sample("cli_bad");
        standing = SharedNode.freshKeyspaceName("cli_standing");
        assertThat(keyferry("bootstrap", "--to", Keyspaces.uri(standing), "--kong", "2.8", "--yes")
                        .exitCode())
                .isZero();
        Keyspaces.run("CREATE KEYSPACE cli_not_kong WITH replication ="
                + " {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Keyspaces.run("CREATE TABLE cli_not_kong.users (id int PRIMARY KEY)");
    }

    @AfterAll
    static void dropKeyspaces() {
        List.of(source, standing, "cli_not_kong").forEach(Keyspaces::drop);
    }

    /**
     * A case.
     *
     * @param args with {@code SOURCE}, {@code STANDING} (a bootstrapped keyspace without entities), {@code TARGET} (a
     *     keyspace that does not exist) and {@code DIR} to be replaced
     * @param said what the message must hold
     */
    record Case(String name, int exitCode, String args, List<String> said) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case of(String name, int exitCode, String args, String... said) {
        return new Case(name, exitCode, args, List.of(said));
    }

    static Stream<Case> typedWrongly() {
        return Stream.of(
                of("no command", 2, "", "name a command: plan, migrate, rehearse"),
                of("mistyped command", 2, "migrat", "there is no command 'migrat'", "Did you mean: keyferry migrate"),
                of("unknown option", 2, "plan --from SOURCE --to TARGET --kong 2.8 --fast", "Unknown option: '--fast'"),
                of("missing options", 2, "migrate", "'--from=PLACE', '--to=PLACE', '--kong=VERSION'", "migrate --help"),
                of(
                        "an option of another command",
                        2,
                        "import DIR/kong.yml --to STANDING --without consumers",
                        "Unknown options: '--without'"),
                of(
                        "unknown Kong",
                        2,
                        "migrate --from SOURCE --to TARGET --kong 9.9 --yes",
                        "Kong 9.9 is not known",
                        "2.8"),
                of(
                        "no version",
                        2,
                        "migrate --from SOURCE --to TARGET --kong latest --yes",
                        "--kong: 'latest' is not a Kong version",
                        "2.8.5"),
                of(
                        "an older Kong",
                        2,
                        "migrate --from STANDING --to TARGET --kong 2.0 --yes",
                        "Kong 2.8 cannot be taken back to Kong 2.0",
                        "--kong"),
                of(
                        "no place",
                        2,
                        "export --from nowhere.conf DIR/kong.yml",
                        "--from nowhere.conf: there is no such file"),
                of(
                        "a password in a URI",
                        2,
                        "export --from cassandra://kong:secret@127.0.0.1/kong DIR/kong.yml",
                        "kong:***@",
                        "KEYFERRY_FROM_PASSWORD"),
                of(
                        "no such level",
                        2,
                        "plan --from SOURCE --to TARGET --kong 2.8 --read-consistency MOST",
                        "--read-consistency takes a level such as QUORUM",
                        "MOST"),
                of(
                        "no work at all",
                        2,
                        "plan --from SOURCE --to TARGET --kong 2.8 --parallelism 0",
                        "--parallelism and --in-flight take a number from 1"),
                of("a sample of a real source", 2, "rehearse --from SOURCE --entities 5", "--entities", "--from"),
                of("no terminal to ask on", 2, "migrate --from SOURCE --to TARGET --kong 2.8", "say --yes"),
                of("no terminal for bootstrap", 2, "bootstrap --to TARGET --kong 2.8", "say --yes"),
                of("no terminal for import", 2, "import DIR/good.yml --to STANDING", "say --yes"),
                of(
                        "unreachable source",
                        3,
                        "migrate --from cassandra://127.0.0.1:1/kong --to TARGET --kong 2.8 --yes",
                        "cannot reach the source cassandra://127.0.0.1:1/kong",
                        "refused"),
                of(
                        "unreachable target",
                        4,
                        "migrate --from SOURCE --to cassandra://127.0.0.1:1/kong --kong 2.8 --yes",
                        "cannot reach the target cassandra://127.0.0.1:1/kong",
                        "refused"),
                of(
                        "unreachable target of bootstrap",
                        4,
                        "bootstrap --to cassandra://127.0.0.1:1/kong --kong 2.8 --yes",
                        "cannot reach the target"),
                of(
                        "absent source",
                        3,
                        "migrate --from ABSENT --to TARGET --kong 2.8 --yes",
                        "the cluster has no keyspace 'cli_absent'",
                        "those that look like Kong's there: "),
                of("absent target of verify", 4, "verify --from SOURCE --to ABSENT", "no keyspace 'cli_absent'"),
                of(
                        "absent target of import",
                        5,
                        "import DIR/good.yml --to ABSENT --yes",
                        "is no keyspace of Kong yet",
                        "keyferry bootstrap --to"),
                of(
                        "not Kong's",
                        3,
                        "migrate --from NOTKONG --to TARGET --kong 2.8 --yes",
                        "it has no table schema_meta",
                        "Name Kong's keyspace"),
                of(
                        "the same keyspace",
                        5,
                        "migrate --from SOURCE --to SOURCE --kong 2.8 --yes",
                        "source and target are the same keyspace of the same cluster",
                        "--to"),
                of(
                        "a target that is in use",
                        5,
                        "migrate --from SOURCE --to NOTKONG --kong 2.8 --yes",
                        "the target keyspace holds tables (such as users), but is no whole keyspace of Kong 2.8 (it lacks acls",
                        "name a keyspace that does not exist yet"),
                of(
                        "replication that does not fit",
                        5,
                        "migrate --from SOURCE --to TARGET&replication=dc9:3 --kong 2.8 --yes",
                        "dc9"),
                of(
                        "something to leave out that is not there",
                        5,
                        "migrate --from SOURCE --to TARGET --kong 2.8 --yes --without consumer",
                        "--without names what is neither an entity type nor a table of the source: consumer"),
                of("no file", 2, "import DIR/none.yml --to STANDING --yes", "none.yml: no such file", "check the name"),
                of("a directory", 2, "import DIR --to STANDING --yes", "cannot be read", "directory"),
                of("invalid YAML", 2, "import DIR/invalid.yml --to STANDING --yes", "invalid.yml:4: is not valid YAML"),
                of(
                        "a reference to nothing",
                        5,
                        "import DIR/dangling.yml --to STANDING --yes",
                        "dangling.yml, line 6",
                        "routes: field service refers to nothing",
                        "Add the entry, or remove the reference"),
                of(
                        "a unique value twice",
                        5,
                        "import DIR/twice.yml --to STANDING --yes",
                        "twice.yml, lines 3, 5",
                        "consumers: field username",
                        "all but one"),
                of(
                        "an unknown plugin in the file",
                        5,
                        "import DIR/plugin.yml --to STANDING --yes",
                        "plugin.yml:3: ",
                        "is not bundled with Kong 2.8: if it is installed there, name it with --plugins bundled,my-plugin"),
                of(
                        "an output file that exists",
                        2,
                        "export --from SOURCE DIR/good.yml",
                        "good.yml already exists and is not overwritten",
                        "name another"),
                of(
                        "an output directory that does not",
                        2,
                        "export --from SOURCE DIR/none/kong.yml",
                        "the directory does not exist"),
                of(
                        "a work directory in use",
                        6,
                        "plan --from SOURCE --to TARGET --kong 2.8 --work-dir DIR",
                        "is not empty: it may hold another run",
                        "Name a new one"));
    }

    @ParameterizedTest
    @MethodSource("typedWrongly")
    void refuses(Case wrong) throws IOException {
        writeFiles();

        Ended ended = keyferry(args(wrong.args()));

        assertThat(ended.err()).contains(wrong.said()).doesNotContain("Exception", "\tat ");
        assertThat(ended.exitCode()).isEqualTo(wrong.exitCode());
        assertNothingWritten();
    }

    private String[] args(String line) {
        if (line.isEmpty()) {
            return new String[0];
        }
        String typed = line.replace("SOURCE", Keyspaces.uri(source))
                .replace("STANDING", Keyspaces.uri(standing))
                .replace(
                        "TARGET",
                        Keyspaces.uri(TARGET)
                                .replace("&replication=1", line.contains("TARGET&") ? "" : "&replication=1"))
                .replace("ABSENT", Keyspaces.uri("cli_absent"))
                .replace("NOTKONG", Keyspaces.uri("cli_not_kong"))
                .replace("DIR", directory.toString());
        boolean runs = typed.matches("(plan|migrate|rehearse|import|verify) .*") && !typed.contains("--work-dir");
        return (runs ? typed + " --work-dir " + directory.resolve("work") : typed)
                .strip()
                .split(" +");
    }

    private void writeFiles() throws IOException {
        write("good.yml", """
                _format_version: "1.1"
                consumers:
                - username: one
                """);
        write("invalid.yml", """
                _format_version: "1.1"
                consumers:
                - username: [one
                services: }
                """);
        write("dangling.yml", """
                _format_version: "1.1"
                services:
                - name: here
                  host: example.com
                routes:
                - name: there
                  paths: [/]
                  service: 5a1b1c1d-0000-4000-8000-000000000001
                """);
        write("twice.yml", """
                _format_version: "1.1"
                consumers:
                - username: one
                  id: 5a1b1c1d-0000-4000-8000-000000000001
                - username: one
                  id: 5a1b1c1d-0000-4000-8000-000000000002
                """);
        write("plugin.yml", """
                _format_version: "1.1"
                plugins:
                - name: my-plugin
                  config: {}
                """);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private static void assertNothingWritten() {
        assertThat(Keyspaces.exists(TARGET)).isFalse();
        assertThat(Keyspaces.exists("cli_absent")).isFalse();
        assertThat(Keyspaces.count(standing, "consumers")).isZero();
        assertThat(Keyspaces.count(standing, "services")).isZero();
        assertThat(Keyspaces.count(standing, "plugins")).isZero();
        assertThat(Keyspaces.count(standing, "locks")).isZero();
    }

    private Ended migrate(String... more) {
        return keyferry(
                Stream.concat(Stream.of(args("migrate --from SOURCE --to TARGET --kong 2.8 --yes")), Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void refusesAFileThatMayNotBeRead() throws IOException {
        writeFiles();
        Path file = directory.resolve("good.yml");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "root reads everything");

        Ended ended = keyferry(args("import DIR/good.yml --to STANDING --yes"));

        assertThat(ended.err()).contains("good.yml", "cannot be read");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void refusesAKeyspaceOfAKongThatItDoesNotKnow() {
        String core = Keyspaces.row(source, "schema_meta", "key = 'schema_meta' AND subsystem = 'core'");
        Keyspaces.run("UPDATE " + source + ".schema_meta SET executed = executed + {'999_future'}"
                + " WHERE key = 'schema_meta' AND subsystem = 'core'");
        try {
            Ended ended = migrate();

            assertThat(ended.err())
                    .contains(
                            "is of no Kong version that Keyferry knows (1.5, 2.0",
                            "core migrations up to 999_future",
                            "--from-kong");
            assertThat(ended.exitCode()).isEqualTo(3);
            assertNothingWritten();
        } finally {
            Keyspaces.put(source, "schema_meta", core);
        }
    }

    @Test
    void leavesOutATableThatNobodyKnowsOnlyWhenToldSo() {
        Keyspaces.run("CREATE TABLE " + source + ".loyalty_cards (id int PRIMARY KEY)");
        try {
            Keyspaces.run("INSERT INTO " + source + ".loyalty_cards (id) VALUES (1)");
            Ended carried = keyferry(args("plan --from SOURCE --to TARGET --kong 2.8"));
            assertThat(carried.out()).contains("loyalty_cards 1");
            assertThat(carried.exitCode()).isZero();

            Ended left = keyferry(args("plan --from SOURCE --to TARGET --kong 2.8 --without loyalty_cards --work-dir "
                    + directory.resolve("left")));
            assertThat(left.out().replaceAll("\\s+", " "))
                    .contains(
                            "loyalty_cards of the source belongs to no Kong that Keyferry knows: left out, as --without")
                    .doesNotContain("loyalty_cards 1");
            assertThat(left.exitCode()).isZero();
        } finally {
            Keyspaces.run("DROP TABLE " + source + ".loyalty_cards");
        }
    }

    @Test
    void refusesAPluginThatTheTargetDoesNotKnowUnlessItIsNamed() {
        String plugin = Keyspaces.row(source, "plugins", "name = 'cors'");
        String id = "5a1b1c1d-0000-4000-8000-000000000009";
        Keyspaces.put(
                source,
                "plugins",
                plugin.replaceFirst("\"id\": \"[^\"]*\"", "\"id\": \"" + id + "\"")
                        .replace("\"cors\"", "\"loyalty\"")
                        .replaceFirst("\"cache_key\": \"[^\"]*\"", "\"cache_key\": \"plugins:loyalty:::::\""));
        try {
            Ended ended = migrate();
            assertThat(ended.err())
                    .contains("plugin 'loyalty' is not bundled with Kong 2.8", id, "--plugins bundled,loyalty");
            assertThat(ended.exitCode()).isEqualTo(5);
            assertNothingWritten();

            Ended named = keyferry(
                    args("migrate --from SOURCE --to TARGET --kong 2.8 --dry-run --plugins bundled,loyalty --work-dir "
                            + directory.resolve("named")));
            assertThat(named.err())
                    .contains("custom plugins are in use: loyalty")
                    .doesNotContain("is not bundled", "Problem");
            assertThat(named.exitCode()).isZero();
            assertNothingWritten();
        } finally {
            Keyspaces.run("DELETE FROM " + source + ".plugins WHERE id = " + id);
        }
    }

    @Test
    void refusesAConfigurationThatIsNotJson() {
        String plugin = Keyspaces.row(source, "plugins", "name = 'cors'");
        String id = plugin.replaceFirst(".*\"id\": \"([^\"]*)\".*", "$1");
        Keyspaces.run("UPDATE " + source + ".plugins SET config = '{\"broken' WHERE id = " + id);
        try {
            Ended ended = migrate();

            assertThat(ended.err()).contains("plugins", id, "config").doesNotContain("defect");
            assertThat(ended.exitCode()).isEqualTo(5);
            assertNothingWritten();
        } finally {
            Keyspaces.put(source, "plugins", plugin);
        }
    }

    @Test
    void refusesADuplicateOfTheSourceBeforeItWritesAndADryRunSaysSo() {
        String consumer = Keyspaces.row(source, "consumers", "username = 'alice'");
        String id = "5a1b1c1d-0000-4000-8000-000000000008";
        Keyspaces.put(
                source,
                "consumers",
                consumer.replaceFirst("\"id\": \"[^\"]*\"", "\"id\": \"" + id + "\"")
                        .replaceFirst("\"custom_id\": \"[^\"]*\"", "\"custom_id\": null"));
        try {
            for (String how : List.of("--yes", "--dry-run")) {
                Path work = directory.resolve(how);
                Ended ended =
                        keyferry(args("migrate --from SOURCE --to TARGET --kong 2.8 " + how + " --work-dir " + work));

                assertThat(ended.err())
                        .contains(
                                "this cannot be migrated yet, and nothing was written",
                                "1 row with a value that only one may have",
                                "'alice', username as ",
                                "--duplicates newest");
                assertThat(ended.exitCode()).isEqualTo(5);
                assertThat(work.resolve("kong.yml")).doesNotExist();
                assertNothingWritten();
            }
        } finally {
            Keyspaces.run("DELETE FROM " + source + ".consumers WHERE id = " + id);
        }
    }

    @Test
    void refusesAWrongPasswordOnEitherSide() throws IOException {
        try (CassandraCluster locked =
                CassandraCluster.start(CassandraSettings.defaults().withPasswordAuthentication())) {
            InetSocketAddress contact = locked.contactPoints().get(0);
            String uri = "cassandra://" + contact.getHostString() + ":" + contact.getPort()
                    + "/kong?username=cassandra&replication=1";
            Path wrong = Files.writeString(directory.resolve("password"), "guess\n");

            Ended from = keyferry(args("export --from " + uri + " --from-password-file " + wrong + " DIR/kong.yml"));
            assertThat(from.err())
                    .contains("refuses user 'cassandra': wrong user or password", "KEYFERRY_FROM_PASSWORD");
            assertThat(from.exitCode()).isEqualTo(3);
            assertThat(directory.resolve("kong.yml")).doesNotExist();

            Ended to = keyferry(
                    args("migrate --from SOURCE --to " + uri + " --to-password-file " + wrong + " --kong 2.8 --yes"));
            assertThat(to.err()).contains("refuses user 'cassandra': wrong user or password", "KEYFERRY_TO_PASSWORD");
            assertThat(to.exitCode()).isEqualTo(4);

            Ended none = keyferry(args("export --from " + uri.replace("username=cassandra&", "") + " DIR/kong.yml"));
            assertThat(none.err()).contains("wants a user and a password", "username=USER");
            assertThat(none.exitCode()).isEqualTo(3);
            assertThat(from.err() + to.err() + none.err()).doesNotContain("guess");
        }
    }

    @Test
    void neverAdvisesToDropTheSource() {
        Ended same = keyferry(args("migrate --from SOURCE --to SOURCE --kong 2.8 --yes"));

        assertThat(same.err()).contains("the same keyspace").doesNotContain("drop");
    }

    @Test
    void aFailedRunHasAReportToo() throws IOException {
        Ended refused = keyferry(args("migrate --from SOURCE --to SOURCE --kong 2.8 --yes --json"));

        Path report = requireNonNull(directory.resolve("work/report.json"));
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(Files.readString(report)).isEqualTo(refused.out()).contains("\"outcome\" : \"refused\"");
    }

    @Test
    void aVariableThatCannotBeUsedIsNamed() {
        Ended ended =
                keyferry(Map.of("KEYFERRY_PARALLELISM", "many"), args("plan --from SOURCE --to TARGET --kong 2.8"));

        assertThat(ended.err()).contains("'--parallelism'", "'many'", "from the environment, KEYFERRY_PARALLELISM");
        assertThat(ended.exitCode()).isEqualTo(2);
    }
}
