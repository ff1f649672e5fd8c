package io.keyferry.keyspace.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyferry.keyspace.cql.PlaceParser.Typed;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceParserTest {
    private static final String PASSWORD = "s3cr3t#word";

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private PasswordPrompt prompt = PasswordPrompt.nobody();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cassandra://10.0.0.1/kong                          | cassandra://10.0.0.1:9042/kong
            cassandra://10.0.0.1:9043,10.0.0.2/kong            | cassandra://10.0.0.1:9043,10.0.0.2:9042/kong
            cassandra://[::1]:9043,[2001:db8::1]/kong_28       | cassandra://[::1]:9043,[2001:db8::1]:9042/kong_28
            cassandra://::1/kong                               | cassandra://[::1]:9042/kong
            cassandra://db-1.example.org./Kong                 | cassandra://db-1.example.org.:9042/Kong
            cassandra://h/kong%5f28?                           | cassandra://h:9042/kong_28
            """)
    void readsHostsAndKeyspaceOfAUri(String uri, String described) {
        assertThat(parse(uri).describe()).isEqualTo(described);
    }

    @Test
    void readsEveryParameterOfAUri() throws IOException {
        Path file = file("any.pem", "");
        environment.put("KEYFERRY_FROM_PASSWORD", PASSWORD);
        environment.put("KEYFERRY_FROM_STORE_PASSWORD", PASSWORD);
        KeyspaceAddress address = parse("cassandra://h/kong?datacenter=dc%201&replication=dc1:3,dc2:2&username=k%26ng"
                + "&consistency=quorum&timeout=500ms&tls=true&truststore=" + file + "&cert=" + file + "&key=" + file
                + "&verify_hostname=false");

        assertThat(address.datacenter()).contains("dc 1");
        assertThat(address.replication())
                .contains(new Replication.NetworkTopology(new TreeMap<>(Map.of("dc1", 3, "dc2", 2))));
        assertThat(address.credentials()).contains(new Credentials("k&ng", new Secret(PASSWORD)));
        assertThat(address.consistency()).contains(Consistency.QUORUM);
        assertThat(address.requestTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(address.tls())
                .isEqualTo(new Tls.On(
                        Tls.Check.CERTIFICATE,
                        new Tls.Store(file, Optional.of(new Secret(PASSWORD))),
                        Optional.of(new Tls.PemIdentity(file, file))));
        assertThat(address + " " + address.describe()).doesNotContain(PASSWORD);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cassandra://h                            | names no keyspace
            cassandra:///kong                        | names no host
            cassandra://h/kong-28                    | 'kong-28' cannot be a keyspace
            cassandra://h/system_auth                | 'system_auth' is a keyspace of Cassandra itself
            cassandra://h:0/kong                     | the port is a number from 1 to 65535
            cassandra://h:cql/kong                   | the port is a number from 1 to 65535
            cassandra://h,/kong                      | '' is not a host
            cassandra://h%/kong                      | 'h%' is not a host
            cassandra://[::1/kong                    | '[::1' is not a host
            cassandra://h/kong?dc=dc1                | unknown parameter 'dc'; known are datacenter, replication, username, consistency, timeout, tls, ca, cert, key, truststore, keystore, verify_hostname
            cassandra://h/kong?timeout=5             | timeout=5 is not a time like 60s, 500ms or 2m
            cassandra://h/kong?timeout=0s            | timeout=0s is not a time
            cassandra://h/kong?consistency=ANY       | consistency=ANY is not a level
            cassandra://h/kong?replication=dc1:x     | replication=dc1:x is not a number, or dc1:3,dc2:2
            cassandra://h/kong?replication=dc1:1,dc1:2 | is not a number, or dc1:3,dc2:2
            cassandra://h/kong?tls=yes               | tls=yes is not true or false
            cassandra://h/kong?tls=false&verify_hostname=false | tls=false, and yet verify_hostname
            cassandra://h/kong?ca=/no/such           | ca=/no/such: there is no such readable file
            cassandra://h/kong?cert=/dev/null        | cert= and key= belong together
            cassandra://h/kong?ca=/dev/null&truststore=/dev/null | either ca= or truststore=
            cassandra://h/kong?datacenter=%zz        | has a % that is not followed by two hexadecimal digits
            cassandra://h/kong?datacenter=           | parameter 'datacenter' has no value
            cassandra://h/kong?tls=true&tls=true     | parameter 'tls' stands there twice
            cassandra://h/kong?username=kong         | no password for user 'kong': use KEYFERRY_FROM_PASSWORD in the environment, or --from-password-file FILE
            http://h/kong                            | a place is a kong.conf, a URI
            /no/such/kong.conf                       | there is no such file; a place is a kong.conf
            /                                        | is a directory; a place is a kong.conf
            ''                                       | --from: a place is a kong.conf
            """)
    void refusesWithTheReason(String place, String reason) {
        assertThat(refusal(Typed.of(place))).contains(reason);
    }

    @Test
    void gathersAllThatIsWrong() {
        assertThat(refusal(Typed.of("cassandra://h:0/?foo=1&tls=maybe")).lines())
                .hasSize(5)
                .first()
                .isEqualTo("cannot use --from:");
    }

    @Test
    void complainsOfBothSidesAtOnce() {
        Problems problems = new Problems();

        assertThat(parser().parse(Side.FROM, Typed.of("cassandra://h"), problems))
                .isEmpty();
        assertThat(parser().parse(Side.TO, Typed.of("cassandra://h/kong"), problems))
                .isPresent();
        assertThat(parser().parse(Side.TO, Typed.of("/no/such"), problems)).isEmpty();

        assertThat(problems.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cassandra://kong:" + PASSWORD + "@h/kong",
                "cassandra://h/kong?password=" + PASSWORD,
                "cassandra://h/kong?username=kong&Password=" + PASSWORD + "&tls=true",
                "cassandra://h/kong?truststore_password=" + PASSWORD,
                "cassandra://h/kong?secret=" + PASSWORD,
                "mysql://kong:" + PASSWORD + "@h/kong"
            })
    void refusesAPasswordInAUriAndDoesNotRepeatIt(String uri) {
        assertThat(refusal(Typed.of(uri))).doesNotContain(PASSWORD).contains("***");
    }

    @Test
    void saysWhereAPasswordBelongs() {
        assertThat(refusal(Typed.of("cassandra://kong:x@h/kong")))
                .contains("a password has no place in a URI, where process lists and shell histories show it: use"
                        + " KEYFERRY_FROM_PASSWORD in the environment, or --from-password-file FILE");
    }

    @Test
    void readsAKongConfAsKongDoes() throws IOException {
        Path conf = file("kong.conf", """
                ; old style comment
                database = cassandra
                cassandra_contact_points = db1, 10.0.0.2 ,::1   # three of them
                cassandra_port=9142
                cassandra_keyspace = first
                cassandra.keyspace = Kong_28
                cassandra_username = keys\\#hop
                cassandra_password = pass\\#wo=rd # not this
                cassandra_local_datacenter = \\
                    dc1
                cassandra_repl_strategy = NetworkTopologyStrategy
                cassandra_data_centers = dc1:3,dc2:2
                cassandra_consistency = ONE
                cassandra_write_consistency = LOCAL_QUORUM
                cassandra_timeout = 90000
                plugins = bundled, my-plugin
                a_setting_of_the_future = {}
                no setting at all
                [section]
                cassandra_keyspace = not_read
                """);
        KeyspaceAddress address = parse(conf.toString());

        assertThat(address.describe()).isEqualTo("cassandra://db1:9142,10.0.0.2:9142,[::1]:9142/Kong_28");
        assertThat(address.credentials()).contains(new Credentials("keys#hop", new Secret("pass#wo=rd")));
        assertThat(address.datacenter()).contains("dc1");
        assertThat(address.replication().map(Replication::toCql))
                .contains("{'class': 'NetworkTopologyStrategy', 'dc1': '3', 'dc2': '2'}");
        assertThat(address.requestTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(address.kong())
                .isEqualTo(new KongSettings(
                        Optional.of(Consistency.ONE),
                        Optional.of(Consistency.LOCAL_QUORUM),
                        Optional.of(List.of("bundled", "my-plugin"))));
        assertThat(address.consistencyOr(Optional.empty())).isEqualTo(Consistency.LOCAL_QUORUM);
        assertThat(address.toString()).doesNotContain("pass#wo=rd");
    }

    @Test
    void takesKongsDefaults() throws IOException {
        KeyspaceAddress address = parse(file("kong.conf", "database = cassandra\ncassandra_timeout = 5000")
                .toString());

        assertThat(address)
                .isEqualTo(
                        KeyspaceAddress.at(new ContactPoint("127.0.0.1", 9042)).build());
        assertThat(address.consistencyOr(Optional.empty())).isEqualTo(Consistency.QUORUM);
        assertThat(address.consistencyOr(Optional.of(Consistency.ALL))).isEqualTo(Consistency.ALL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cassandra_contact_points = 10.0.0.1:9043   | kong.conf:1: cassandra_contact_points: '10.0.0.1:9043' has a port; Kong takes one for all nodes from cassandra_port
            cassandra_contact_points = a/b             | 'a/b' is not a host
            cassandra_port = none                      | kong.conf:1: cassandra_port: 'none' is not a whole number from 1 to 65535
            cassandra_port = 70000                     | '70000' is not a whole number from 1 to 65535
            cassandra_keyspace = "kong"                | Kong takes quotation marks as part of the value: remove them
            cassandra_keyspace = {vault://env/ks}      | is a vault reference that only Kong can resolve
            cassandra_password = {vault://env/pw}      | is a vault reference that only Kong can resolve: use KEYFERRY_FROM_PASSWORD
            cassandra_lb_policy = DCAwareRoundRobin    | cassandra_lb_policy = DCAwareRoundRobin needs cassandra_local_datacenter
            cassandra_lb_policy = RequestDCAwareRoundRobin | needs cassandra_local_datacenter
            cassandra_repl_strategy = EverywhereStrategy | is neither SimpleStrategy nor NetworkTopologyStrategy
            cassandra_repl_strategy = NetworkTopologyStrategy | NetworkTopologyStrategy needs cassandra_data_centers = dc1:3,dc2:2 with your datacenters
            cassandra_read_consistency = SOME          | 'SOME' is not a consistency level
            database = postgres                        | no cassandra_* setting and no database = cassandra there
            # cassandra_keyspace = kong                | settings in KONG_* variables count with --from-env
            """)
    void refusesAKongConfWithTheReason(String line, String reason) throws IOException {
        assertThat(refusal(Typed.of(file("kong.conf", line).toString()))).contains(reason);
    }

    @Test
    void refusesTheKongConfOfAnotherDatabase() throws IOException {
        Path conf = file("kong.conf", "database = postgres\ncassandra_keyspace = kong");
        assertThat(refusal(Typed.of(conf.toString())))
                .contains("database = postgres: this Kong does not keep its data in Cassandra");
    }

    @ParameterizedTest
    @CsvSource({"SimpleStrategy,,1", ",3,3", "SimpleStrategy,2,2"})
    void countsOnlyExplicitReplication(String strategy, String factor, int expected) throws IOException {
        String conf = "cassandra_repl_strategy = " + (strategy == null ? "" : strategy) + "\ncassandra_repl_factor = "
                + (factor == null ? "" : factor) + "\ncassandra_data_centers = dc1:9";
        assertThat(parse(file("kong.conf", conf).toString()).replication()).contains(new Replication.Simple(expected));
    }

    @Test
    void readsTlsOfAKongConfAsKongDoes() throws IOException {
        Path ca = file("ca.pem", "");
        Path unverified = file("a.conf", "cassandra_ssl = on");
        Path verified =
                file("b.conf", "cassandra_ssl = on\ncassandra_ssl_verify = on\nlua_ssl_trusted_certificate = " + ca);

        assertThat(parse(unverified.toString()).tls())
                .isEqualTo(new Tls.On(Tls.Check.NOTHING, new Tls.JavaTrust(), Optional.empty()));
        assertThat(warnings).singleElement().asString().contains("certificate of Cassandra is not checked");
        assertThat(parse(verified.toString()).tls())
                .isEqualTo(new Tls.On(Tls.Check.HOSTNAME, new Tls.PemTrust(List.of(ca)), Optional.empty()));
    }

    @Test
    void mindsKongsVariablesOnlyWhenAsked() throws IOException {
        environment.put("KONG_CASSANDRA_KEYSPACE", "other");
        environment.put("KONG_CASSANDRA_PORT", "x");
        String conf = file("kong.conf", "cassandra_keyspace = kong").toString();

        assertThat(parse(conf).keyspace()).isEqualTo("kong");
        assertThat(refusal(new Typed(conf, true, Optional.empty())))
                .contains("KONG_CASSANDRA_PORT: 'x' is not a whole number");
        environment.put("KONG_CASSANDRA_PORT", "9043");
        assertThat(parse(new Typed(conf, true, Optional.empty())).describe())
                .isEqualTo("cassandra://127.0.0.1:9043/other");
        assertThat(parse(new Typed("", true, Optional.empty())).keyspace()).isEqualTo("other");
        assertThat(refusal(new Typed("cassandra://h/kong", true, Optional.empty())))
                .contains("--from-env goes with a kong.conf");
    }

    @Test
    void looksForThePasswordInFileThenEnvironmentThenKongConfThenAsks() throws IOException {
        String conf = file("kong.conf", "cassandra_password = conf").toString();
        Path secret = file("secret", "file\nsecond line\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

        assertThat(parse(conf).credentials()).contains(new Credentials("kong", new Secret("conf")));
        environment.put("KEYFERRY_TO_PASSWORD", "other side");
        assertThat(parse(conf).credentials()).contains(new Credentials("kong", new Secret("conf")));
        environment.put("KEYFERRY_FROM_PASSWORD", "env");
        assertThat(parse(conf).credentials()).contains(new Credentials("kong", new Secret("env")));
        assertThat(parse(new Typed(conf, false, Optional.of(secret))).credentials())
                .contains(new Credentials("kong", new Secret("file")));
        assertThat(warnings).isEmpty();

        environment.clear();
        List<String> questions = new ArrayList<>();
        prompt = question -> {
            questions.add(question);
            return Optional.of("typed");
        };
        assertThat(parse("cassandra://h/kong?username=u").credentials())
                .contains(new Credentials("u", new Secret("typed")));
        assertThat(parse("cassandra://u@h/kong").credentials()).contains(new Credentials("u", new Secret("typed")));
        assertThat(parse("cassandra://h/kong").credentials()).isEmpty();
        refusal(Typed.of("cassandra://u@h/"));
        assertThat(questions)
                .hasSize(2)
                .first()
                .isEqualTo("Password of u at the source (cassandra://h/kong?username=u): ");
    }

    @Test
    void warnsOfAPasswordFileThatOthersRead() throws IOException {
        Path secret = file("secret", PASSWORD);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        parse(new Typed("cassandra://u@h/kong", false, Optional.of(secret)));

        assertThat(warnings)
                .containsExactly(
                        "the password file " + secret + " can be read by others (rw-r--r--): chmod 600 " + secret);
    }

    @Test
    void refusesPasswordsThatCannotBeUsed() throws IOException {
        Path empty = file("empty", "\nsecond");
        assertThat(refusal(new Typed("cassandra://u@h/kong", false, Optional.of(empty))))
                .contains("--from-password-file " + empty + ": the first line is empty");
        assertThat(refusal(new Typed("cassandra://u@h/kong", false, Optional.of(Path.of("/no/such")))))
                .contains("--from-password-file /no/such: cannot be read (there is no such file)");
        environment.put("KEYFERRY_FROM_PASSWORD", PASSWORD);
        assertThat(refusal(Typed.of("cassandra://h/kong")))
                .contains("there is a password (KEYFERRY_FROM_PASSWORD) but no user: add username=USER to the URI");
    }

    @Test
    void warnsOfAUserWithoutPasswordWhichKongDoesNotUse() throws IOException {
        assertThat(parse(file("kong.conf", "cassandra_username = kong").toString())
                        .credentials())
                .isEmpty();
        assertThat(warnings).singleElement().asString().contains("connecting without a password");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kong.yml      | ''
            kong.json     | {}
            kong.yml.gz   | ''
            kong.zst      | ''
            dump          | _format_version: "1.1"
            dump          | { "_format_version": "1.1" }
            dump          | ---
            dump          | # Kong's own
            """)
    void tellsDeclarativeFilesFromKongConf(String name, String text) throws IOException {
        Path file = file(name, text.startsWith("#") ? text + "\n\n_format_version: \"2.1\"" : text);
        assertThat(parser().parse(Side.FROM, Typed.of(file.toString()))).isEqualTo(new Place.File(file));
    }

    @Test
    void tellsCompressedFilesByTheirFirstBytes() throws IOException {
        Path gzip = Files.write(directory.resolve("gzip"), new byte[] {0x1f, (byte) 0x8b, 8});
        Path zstd = Files.write(directory.resolve("zstd"), new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd});
        assertThat(parser().parse(Side.TO, Typed.of(gzip.toString()))).isEqualTo(new Place.File(gzip));
        assertThat(parser().parse(Side.TO, Typed.of(zstd.toString()))).isEqualTo(new Place.File(zstd));
    }

    @Test
    void aFileHasNoPassword() throws IOException {
        Path file = file("kong.yml", "");
        assertThat(refusal(new Typed(file.toString(), false, Optional.of(file))))
                .contains("leave out --from-password-file");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private PlaceParser parser() {
        return new PlaceParser(environment, prompt, warnings::add);
    }

    private KeyspaceAddress parse(String place) {
        return parse(Typed.of(place));
    }

    private KeyspaceAddress parse(Typed typed) {
        return ((Place.Keyspace) parser().parse(Side.FROM, typed)).address();
    }

    private String refusal(Typed typed) {
        KeyferryException refusal =
                catchThrowableOfType(KeyferryException.class, () -> parser().parse(Side.FROM, typed));
        assertThat(refusal.kind()).isEqualTo(Kind.USAGE);
        return String.valueOf(refusal.getMessage());
    }
}
