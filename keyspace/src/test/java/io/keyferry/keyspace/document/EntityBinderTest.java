package io.keyferry.keyspace.document;

import static io.keyferry.keyspace.document.Documents.KONG_28;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EntityBinderTest {
    private static final String HEAD = "_format_version: \"2.1\"\n";
    private static final String OURS = HEAD
            + "_ignore:\n- {\"keyferry\": {\"document\": 1, \"kong\": \"2.8.5\", \"workspaces\":"
            + " [{\"id\": \"9038130f-0fce-4a01-8919-11dd6594d4df\", \"name\": \"default\"}]}}\n";

    @TempDir
    private Path directory;

    private final List<String> problems = new ArrayList<>();

    private List<BoundEntity> bind(String text) throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, text);
        return Documents.bind(file, KONG_28, problems);
    }

    @Test
    void takesTheOldNamesOfSessionsSettingsFrom32OnAsKongDoes() throws IOException {
        Path file = directory.resolve("kong.yml");
        Files.writeString(file, HEAD + """
                plugins:
                - name: session
                  config: {secret: s, cookie_lifetime: 60, cookie_idletime: ~, cookie_samesite: "off",
                           cookie_httponly: false, cookie_discard: 5, cookie_renew: 600}
                """);

        List<BoundEntity> bound = Documents.bind(file, Catalog.forVersion(KongVersion.parse("3.3")), problems);

        assertThat(problems).isEmpty();
        Map<String, Value> config =
                ((Value.Mapping) requireNonNull(bound.get(0).entity().value("config"))).values();
        assertThat(config)
                .containsEntry("rolling_timeout", Value.whole(60))
                .containsEntry("idling_timeout", Value.whole(0))
                .containsEntry("cookie_same_site", Value.text("Lax"))
                .containsEntry("cookie_http_only", Value.truth(false))
                .containsEntry("stale_ttl", Value.whole(5))
                .doesNotContainKeys("cookie_renew", "cookie_lifetime");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            services: [{host: h, port: "80"}]                   | services: field 'port' is a string, expected a whole number
            services: [{host: h, port: 80.5}]                   | field 'port' is a number with a fraction, expected a whole number
            services: [{host: h, port: 65536}]                  | field 'port' must be from 0 to 65535, but is 65536
            services: [{host: h, port: .inf}]                   | field 'port' is an infinite number or none
            services: [{host: h, port: ~}]                      | field 'port' is null, but required: leave the field out
            services: [{host: ~}]                               | field 'host' is null, but required: give it a value
            services: [{host: h, protocol: ftp}]                | field 'protocol' must be one of grpc, grpcs, http
            services: [{host: h, path: x}]                      | field 'path' must start with "/", but is 'x'
            services: [{host: h, path: //x}]                    | field 'path' must not match the Lua pattern "//"
            services: [{host: h, enabled: 1}]                   | field 'enabled' is a whole number, expected a boolean
            services: [{host: h, tags: x}]                      | field 'tags' is a string, expected a list
            services: [{host: h, tags: {a: b}}]                 | field 'tags' is a mapping, expected a list
            services: [{host: h, tags: [~]}]                    | field 'tags[0]' is null, but required
            services: [{host: h, ca_certificates: [x]}]         | field 'ca_certificates[0]' is not a UUID, but is 'x'
            services: [{host: h, client_certificate: {id: x}}]  | field 'client_certificate' is a mapping, expected a string, the name or id
            services: [{host: h, protocol: tcp, path: /}]       | field 'path' must not be set because of the value of 'protocol'
            services: [{host: h, tls_verify: true}]             | field 'tls_verify' must not be set because of the value of 'protocol'
            services: [{host: h, created_at: 0}]                | field 'created_at' is no time
            services: [{host: h, url: "http://x/"}]             | field 'host' is stated by url, too
            services: [{url: "x y"}]                            | field 'url' is not of the form
            routes: [{name: r}]                                 | must come with at least one of methods, hosts, headers, paths, snis
            routes: [{name: r, protocols: [tcp]}]               | must come with at least one of sources, destinations, snis
            routes: [{paths: [/], protocols: []}]               | field 'protocols' must have at least 1 elements
            routes: [{paths: [/], protocols: [http, tcp]}]      | field 'protocols' must hold elements of one of these groups only
            routes: [{paths: [/], methods: [get]}]              | field 'methods[0]' must match the Lua pattern
            routes: [{hosts: ["*.a.*"]}]                        | field 'hosts[0]' must match the Lua pattern
            routes: [{paths: [/], headers: {Host: [a]}}]        | field 'headers.Host (the key)' must not match
            routes: [{paths: [/], headers: {x: a}}]             | field 'headers.x' is a string, expected a list
            routes: [{paths: [/], snis: [a], protocols: [http]}]| field 'snis' must have 0 elements because of the value of 'protocols'
            routes: [{protocols: [tcp], sources: [{}]}]         | field 'sources[0].ip, port' at least one of these must be set
            routes: [{paths: [/], path_handling: v2}]           | field 'path_handling' must be one of v0, v1
            upstreams: [{name: u, hash_on: header}]             | field 'hash_on_header' must be set because of the value of 'hash_on'
            upstreams: [{name: u, hash_fallback: ip}]           | field 'hash_fallback' must be one of none because of the value of 'hash_on'
            upstreams: [{name: u, healthchecks: {active: {timeout: -1}}}] | field 'healthchecks.active.timeout' must be from 0
            upstreams: [{name: u, healthchecks: {threshhold: 1}}] | field 'healthchecks.threshhold' is unknown
            plugins: [{name: key-auth, consumer: bob}]          | field 'consumer' must not be set
            plugins: [{name: key-auth, protocols: [tcp]}]       | field 'protocols[0]' must be one of grpc, grpcs, http, https
            plugins: [{name: rate-limiting}]                    | field 'config.second, config.minute, config.hour
            plugins: [{name: rate-limiting, config: {minute: 0}}] | field 'config.minute' must be greater than 0, but is 0
            plugins: [{name: acl, config: {allow: [a], whitelist: [b]}}] | field 'config.whitelist' is the old name of 'allow'
            plugins: [{name: acl, config: {allow: [a], deny: [b]}}] | field 'config.allow, config.deny' exactly one of these
            plugins: [{name: session}]                          | field 'config.secret' is missing, and Kong would make up
            plugins: [{name: jwt, config: {maximum_expiration: 5, claims_to_verify: [nbf]}}] | field 'config.claims_to_verify' must contain "exp"
            plugins: [{name: pre-function, config: {functions: [a], access: [b]}}] | must not be set together with config.access
            plugins: [{name: aws-lambda, config: {aws_key: a, function_name: f}}] | all or none of these must be set
            plugins: [{name: 5}]                                | field 'name' is a whole number, expected a string
            consumers: [{username: a, _comment: 5}]             | field '_comment' is no string
            keyauth_credentials: [{consumer: a}]                | field 'key' is missing, and Kong would make up
            routes: [{paths: ["/a(b"]}]                         | field 'paths[0]' must be a regular expression that PCRE takes
            services: [{host: "a:80"}]                          | field 'host' must be a host name
            certificates: [{cert: a, key: b}]                   | field 'cert' is no certificate in PEM form
            ca_certificates: [{cert: a}]                        | field 'cert' is no certificate in PEM form
            routes: [{paths: [/], regex_priority: 3000000000}]  | field 'regex_priority' must be from -2147483648 to 2147483647
            consumers: [{username: a, created_at: 9007199254740991000}] | field 'created_at' is
            targets: [{upstream: u, target: "h:1", created_at: -0.5}] | field 'created_at' is no time
            keyauth_credentials: [{consumer: a, key: k, ttl: -1}] | field 'ttl' must be a whole number of seconds
            consumers: [{username: a, acls: [{group: g, consumer: b}]}] | acls: field 'consumer' is stated although the entity stands inside consumers 'a'
            certificates: [{cert: a, key: b, cert_alt: c}]      | field 'cert_alt, key_alt' all or none of these must be set
            workspaces: [{name: services}]                      | field 'name' must not be one of
            """)
    void problemsAreTold(String section, String problem) throws IOException {
        assertThat(bind(HEAD + section))
                .allMatch(bound -> !bound.entity().type().name().equals("acls"));
        assertThat(problems).anyMatch(text -> text.contains("kong.yml:2: ") && text.contains(problem));
    }

    @Test
    void secretsAreNotTold() throws IOException {
        bind(
                HEAD
                        + "keyauth_credentials: [{key: 5, id: hunter2}, {key: hunter3, tags: 5}]\n"
                        + "plugins: [{name: session, config: {secret: [hunter4]}}, {name: acme, config: {account_email: hunter5}}]\n");
        assertThat(problems).isNotEmpty().noneMatch(text -> text.matches("(?s).*hunter[345].*"));
        assertThat(problems).anyMatch(text -> text.contains("account_email' must match") && text.contains("is ***"));
    }

    @Test
    void emptyListsAndMappingsAreTheSame() throws IOException {
        List<BoundEntity> bound =
                bind(HEAD + "routes: [{paths: [/], headers: [], tags: {}}]\nplugins: [{name: cors, config: []}]\n");
        assertThat(problems).isEmpty();
        assertThat(bound.get(0).entity().value("headers")).isEqualTo(new Value.Mapping(Map.of()));
        assertThat(bound.get(0).entity().value("tags")).isEqualTo(new Value.Sequence(List.of()));
    }

    @Test
    void oldNamesBecomeNew() throws IOException {
        Entity plugin = bind(HEAD + "plugins: [{name: acl, config: {blacklist: [a]}}]")
                .get(0)
                .entity();
        assertThat(((Value.Mapping) requireNonNull(plugin.value("config"))).values())
                .containsEntry("deny", new Value.Sequence(List.of(Value.text("a"))))
                .doesNotContainKey("blacklist");
    }

    @Test
    void grandchildrenAreTakenFromKong24On() throws IOException {
        String nested = """
                _format_version: "1.1"
                services: [{name: s, host: h, routes: [{name: r, paths: [/], plugins: [{name: cors}]}]}]
                """;
        assertThat(bind(nested)).hasSize(3);
        assertThat(problems).isEmpty();
        assertThat(Documents.bind(directory.resolve("kong.yml"), Documents.KONG_20, problems))
                .hasSize(2);
        assertThat(problems).singleElement().asString().contains("plugins 'cors': stands two levels deep");
    }

    @Test
    void aReferenceMayBeAMappingFromKong30On() throws IOException {
        String routes = "routes: [{name: r, paths: [/], service: {id: 2254ba65-245b-5b72-a0b8-7341d45f5e77}}]\n";
        bind("_format_version: \"2.1\"\n" + routes);
        assertThat(problems).singleElement().asString().contains("field 'service' is a mapping, expected a string");
        problems.clear();
        Catalog newer = Catalog.forVersion(KongVersion.parse("3.0"));
        assertThat(Documents.bind(directory.resolve("kong.yml"), newer, problems))
                .singleElement()
                .satisfies(bound ->
                        assertThat(bound.entity().text("service")).hasValue("2254ba65-245b-5b72-a0b8-7341d45f5e77"));
        assertThat(problems).isEmpty();
    }

    @Test
    void namesStayReferencesAndIdsDoNot() throws IOException {
        List<BoundEntity> bound = bind(
                HEAD + "acls: [{group: g, consumer: bob}, {group: h, consumer: C236FC13-3a9f-50a6-a97d-ed8731514eff}]");
        assertThat(bound.get(0).references()).extracting(Reference::name).containsExactly("bob");
        assertThat(bound.get(0).entity().value("consumer")).isNull();
        assertThat(bound.get(1).references()).isEmpty();
        assertThat(bound.get(1).entity().text("consumer")).hasValue("c236fc13-3a9f-50a6-a97d-ed8731514eff");
    }

    @Test
    void ttlCountsFromNowUnlessTheMomentIsNoted() throws IOException {
        List<BoundEntity> bound = bind(HEAD
                + "keyauth_credentials:\n- {consumer: a, key: k, ttl: 60}\n- {consumer: a, key: l, ttl: 0}\n"
                + "- {consumer: a, key: m, ttl: 60, _ignore: [{keyferry: {expires: 1900000000}}]}\n");
        assertThat(problems).isEmpty();
        assertThat(bound)
                .extracting(one -> one.entity().expiresAt())
                .containsExactly(
                        OptionalLong.of(Documents.NOW.getEpochSecond() + 60),
                        OptionalLong.empty(),
                        OptionalLong.of(1_900_000_000));
    }

    @Test
    void ourOwnEntitiesStayAsTheyAre() throws IOException {
        List<BoundEntity> bound = bind(OURS
                + "services: [{id: 00000000-0000-4000-8000-000000000001, host: h, enabled: null}]\n"
                + "plugins: [{id: 00000000-0000-4000-8000-000000000002, name: acl, enabled: true,"
                + " config: {whitelist: [a]}}]\n");
        assertThat(problems).isEmpty();
        assertThat(requireNonNull(bound.get(1).entity().value("config")).toString())
                .contains("whitelist");
        Entity service = bound.get(0).entity();
        assertThat(service.workspace()).contains(Documents.DEFAULT_WORKSPACE);
        assertThat(service.value("port")).isNull();
        assertThat(service.value("created_at")).isNull();
        assertThat(service.value("enabled")).isEqualTo(Value.NULL);
    }

    @Test
    void bundledPluginsThatAreNotEnabledAreRefused() throws IOException {
        List<DocumentEntry> entries =
                Documents.entries(directory, HEAD + "plugins: [{name: cors}, {name: key-auth}]", KONG_28);
        DocumentHeader header = new DocumentHeader("2.1", true, Optional.empty());
        EntityBinder some = new EntityBinder(DocumentDialect.of(KONG_28), header, Documents.NOW, Set.of("key-auth"));
        EntityBinder all =
                new EntityBinder(DocumentDialect.of(KONG_28), header, Documents.NOW, Set.of("bundled", "mine"));
        assertThat(some.bind(entries.get(0), problems::add)).isEmpty();
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("'cors', which is not among the enabled ones (key-auth)");
        assertThat(some.bind(entries.get(1), problems::add)).isPresent();
        assertThat(all.bind(entries.get(0), problems::add)).isPresent();
        assertThat(problems).hasSize(1);
    }

    @Test
    void customPluginsAreTakenAsTheyAre() throws IOException {
        List<DocumentEntry> entries =
                Documents.entries(directory, HEAD + "plugins: [{name: mine, config: {a: {b: [1]}}}]", KONG_28);
        DocumentHeader header = new DocumentHeader("2.1", true, Optional.empty());
        EntityBinder binder = new EntityBinder(DocumentDialect.of(KONG_28), header, Documents.NOW, Set.of("mine"));
        assertThat(binder.bind(entries.get(0), problems::add)).isPresent();
        assertThat(problems).isEmpty();
    }
}
