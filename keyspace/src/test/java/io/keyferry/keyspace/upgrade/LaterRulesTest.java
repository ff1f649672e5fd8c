package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules from 1.5 to 2.0 and from 2.8 on: an example before and after, what is counted and what is warned of. */
final class LaterRulesTest {
    /**
     * An example of a rule.
     *
     * @param after the fields that the rule is about
     * @param counts whether the rule counts the entity
     * @param warning a part of the warning; empty where there is none
     */
    record Example(
            String rule,
            String below,
            String at,
            String type,
            String before,
            String after,
            boolean counts,
            String warning) {
        @Override
        public String toString() {
            return rule + " " + type + " " + (before.length() > 80 ? before.substring(0, 80) + "..." : before);
        }
    }

    private static Example example(
            String rule, String below, String at, String type, String before, String after, String warning) {
        return new Example(rule, below, at, type, before, after, true, warning);
    }

    private static Example same(String rule, String below, String at, String type, String before, String warning) {
        return new Example(rule, below, at, type, before, before, false, warning);
    }

    private static Example plugin(String rule, String below, String at, String before, String after, String warning) {
        return example(rule, below, at, "plugins", before, after, warning);
    }

    static Stream<Example> examples() {
        return Stream.of(
                plugin("T6", "1.5", "2.0", "{'name': 'cors', 'run_on': 'first'}", "{'name': 'cors'}", ""),
                plugin(
                        "T6",
                        "1.5",
                        "2.0",
                        "{'name': 'rate-limiting', 'run_on': 'second'}",
                        "{}",
                        "run_on was 'second'"),
                plugin("T6", "1.5", "2.0", "{'name': 'zipkin', 'run_on': 'all'}", "{}", ""),
                example("T8", "1.5", "2.0", "routes", "{'path_handling': null}", "{'path_handling': 'v1'}", ""),
                same("T8", "1.5", "2.0", "routes", "{'path_handling': 'v0'}", ""),
                plugin(
                        "T16",
                        "1.5",
                        "2.0",
                        "{'name': 'datadog', 'config': {'metrics': [{'name': 'latency', 'stat_type': 'timer'},"
                                + " {'name': 'unique_users', 'stat_type': 'set'}, {'name': 'status_count'}]}}",
                        "{'config': {'metrics': [{'name': 'latency', 'stat_type': 'timer'}]}}",
                        "T16: datadog has no such metrics in Kong 2.0 and later (request_count has their tags): plugins "
                                + Upgraded.ID + " (status_count, unique_users)"),
                same("T16", "1.5", "2.0", "plugins", "{'name': 'datadog', 'config': {'metrics': []}}", ""),
                same(
                        "T17",
                        "2.0",
                        "2.1",
                        "plugins",
                        "{'name': 'pre-function', 'config': {'functions': ['return']}}",
                        ""),
                same("T18", "2.3", "2.4", "services", "{'tags': ['a.b']}", ""),
                example(
                        "T19",
                        "2.8",
                        "3.0",
                        "routes",
                        "{'name': 'r', 'paths': ['/a', '/b/../%63', '/(x)']}",
                        "{'paths': ['/a', '/c', '~/(x)']}",
                        "T19: paths that are regular expressions begin with ~ in Kong 3: routes 'r' (/(x) -> ~/(x))"),
                same("T19", "2.8", "3.0", "routes", "{'name': 'r', 'paths': ['/a', '/b/']}", ""),
                same("T19", "2.8", "3.0", "routes", "{'name': 'r', 'paths': null}", ""),
                example(
                        "T20",
                        "2.8",
                        "3.0",
                        "vaults_beta",
                        "{'prefix': 'my-env', 'name': 'env', 'config': {'prefix': 'KONG'}, 'tags': ['a']}",
                        "{'prefix': 'my-env', 'name': 'env', 'config': {'prefix': 'KONG'}, 'tags': ['a']}",
                        ""),
                plugin(
                        "T22",
                        "2.8",
                        "3.0",
                        "{'name': 'http-log', 'config': {'headers': {'a': ['1'], 'b': ['1', '2'], 'c': [], 'd': {}}}}",
                        "{'config': {'headers': {'a': '1', 'b': '1, 2'}}}",
                        "T22: several values of one header of http-log are joined by commas: plugins " + Upgraded.ID
                                + " (b)"),
                plugin(
                        "T22",
                        "2.8",
                        "3.0",
                        "{'name': 'http-log', 'config': {'headers': {'c': []}}}",
                        "{'config': {'headers': null}}",
                        ""),
                same("T22", "2.8", "3.0", "plugins", "{'name': 'http-log', 'config': {'headers': null}}", ""),
                plugin(
                        "T23",
                        "2.8",
                        "3.0",
                        "{'name': 'pre-function', 'config': {'functions': ['a', 'b'], 'access': [], 'log': ['c']}}",
                        "{'config': {'access': ['a', 'b'], 'log': ['c']}}",
                        ""),
                plugin(
                        "T23",
                        "2.8",
                        "3.0",
                        "{'name': 'post-function', 'config': {'functions': [], 'access': ['c']}}",
                        "{'config': {'access': ['c']}}",
                        ""),
                same("T23", "2.8", "3.0", "plugins", "{'name': 'post-function', 'config': {'access': ['c']}}", ""),
                plugin(
                        "T24",
                        "2.8",
                        "3.0",
                        "{'name': 'aws-lambda', 'config': {'proxy_scheme': 'https', 'proxy_url': 'http://p'}}",
                        "{'config': {'proxy_url': 'http://p'}}",
                        "T24: aws-lambda has no proxy_scheme in Kong 3"),
                plugin(
                        "T24",
                        "2.8",
                        "3.0",
                        "{'name': 'aws-lambda', 'config': {'proxy_scheme': null, 'proxy_url': null}}",
                        "{'config': {'proxy_url': null}}",
                        ""),
                plugin(
                        "T25",
                        "2.8",
                        "3.0",
                        "{'name': 'ip-restriction', 'config': {'whitelist': ['10.0.0.1'], 'allow': null}}",
                        "{'config': {'allow': ['10.0.0.1']}}",
                        ""),
                same("T25", "2.8", "3.0", "plugins", "{'name': 'acl', 'config': {'allow': ['gold']}}", ""),
                plugin(
                        "T26",
                        "2.8",
                        "3.0",
                        "{'name': 'rate-limiting', 'config': {'minute': 5}}",
                        "{'config': {'minute': 5, 'policy': 'cluster'}}",
                        ""),
                plugin(
                        "T26",
                        "2.8",
                        "3.0",
                        "{'name': 'response-ratelimiting', 'config': {'policy': null}}",
                        "{'config': {'policy': 'cluster'}}",
                        ""),
                same("T26", "2.8", "3.0", "plugins", "{'name': 'rate-limiting', 'config': {'policy': 'local'}}", ""),
                same(
                        "T27",
                        "2.8",
                        "3.0",
                        "plugins",
                        "{'name': 'prometheus', 'config': {'per_consumer': false}}",
                        "T27: metrics of status codes, latency, bandwidth and upstream health are off"),
                plugin(
                        "T28",
                        "2.8",
                        "3.0",
                        "{'name': 'syslog', 'config': {'facility': null}}",
                        "{'config': {'facility': 'user'}}",
                        ""),
                same("T28", "2.8", "3.0", "plugins", "{'name': 'syslog', 'config': {'facility': 'local0'}}", ""),
                same(
                        "T29",
                        "2.8",
                        "3.0",
                        "routes",
                        "{'name': 'old', 'path_handling': 'v1'}",
                        "T29: path_handling v1 has no effect with Kong 3's default router_flavor"),
                same("T29", "2.8", "3.0", "routes", "{'name': 'new', 'path_handling': 'v0'}", ""),
                plugin(
                        "T31",
                        "3.0",
                        "3.1",
                        "{'name': 'jwt', 'protocols': ['http', 'tcp', 'udp']}",
                        "{'protocols': ['http']}",
                        "T31: the plugin does not serve these protocols in Kong 3.1 and later: plugins " + Upgraded.ID
                                + " (jwt: tcp, udp)"),
                plugin(
                        "T31",
                        "3.0",
                        "3.1",
                        "{'name': 'acl', 'protocols': ['tcp', 'tls']}",
                        "{'protocols': ['grpc', 'grpcs', 'http', 'https']}",
                        "T31: the plugin does not serve these protocols"),
                // Kong 3.1 states the protocols of zipkin and others anew, and still takes those of streams.
                same("T31", "3.0", "3.1", "plugins", "{'name': 'zipkin', 'protocols': ['http', 'tcp']}", ""),
                same("T31", "3.0", "3.1", "plugins", "{'name': 'zipkin', 'protocols': ['http']}", ""),
                same("T31", "3.0", "3.1", "plugins", "{'name': 'tcp-log', 'protocols': ['tcp']}", ""),
                plugin(
                        "T32",
                        "3.1",
                        "3.2",
                        "{'name': 'session', 'config': {'cookie_lifetime': 60, 'cookie_idletime': null,"
                                + " 'cookie_samesite': 'off', 'cookie_httponly': false, 'cookie_discard': 5,"
                                + " 'cookie_persistent': true, 'cookie_renew': 600, 'cookie_name': 's',"
                                + " 'logout_methods': ['POST']}}",
                        "{'config': {'rolling_timeout': 60, 'idling_timeout': 0, 'cookie_same_site': 'Lax',"
                                + " 'cookie_http_only': false, 'stale_ttl': 5, 'remember': true, 'cookie_name': 's',"
                                + " 'logout_methods': ['POST']}}",
                        "T32: session has no cookie_renew"),
                plugin(
                        "T32",
                        "3.1",
                        "3.2",
                        "{'name': 'session', 'config': {'cookie_idletime': 300, 'cookie_samesite': 'None'}}",
                        "{'config': {'idling_timeout': 300, 'cookie_same_site': 'None'}}",
                        "T32: sessions end a day after sign-in"),
                same("T32", "3.1", "3.2", "sessions", "{'session_id': 's'}", "users sign in anew"),
                same(
                        "T33",
                        "3.1",
                        "3.2",
                        "plugins",
                        "{'name': 'opentelemetry', 'config': {'endpoint': 'http://o'}}",
                        ""),
                new Example(
                        "T34",
                        "3.2",
                        "3.3",
                        "plugins",
                        "{'name': 'cors', 'config': {}}",
                        "{'updated_at': null}",
                        false,
                        ""),
                new Example(
                        "T35",
                        "3.2",
                        "3.3",
                        "oauth2_authorization_codes",
                        "{'code': 'c'}",
                        "{'plugin': null}",
                        false,
                        ""));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void makesOfWhatWasBeforeWhatIsAfter(Example example) {
        Upgraded step = Upgraded.between(example.below(), example.at());
        Entity kept = step.kept(example.type(), example.before());

        Upgraded.fields(example.after())
                .forEach((field, value) ->
                        assertThat(kept.value(field)).as(field).isEqualTo(value));
        if (example.counts()) {
            assertThat(step.log().counts()).containsEntry(example.rule(), 1L);
        } else {
            assertThat(step.log().counts()).doesNotContainKey(example.rule());
        }
        List<String> warnings = step.log().warnings();
        if (example.warning().isEmpty()) {
            assertThat(warnings).noneMatch(warning -> warning.startsWith(example.rule() + ":"));
        } else {
            assertThat(warnings).anyMatch(warning -> warning.contains(example.warning()));
            assertThat(warnings).allMatch(warning -> warning.contains(Upgraded.ID) || warning.contains("'"));
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void appliesWhereverTheStepLiesOnTheWay(Example example) {
        Upgraded way = Upgraded.between(example.below(), "3.3");
        way.kept(example.type(), example.before());

        if (example.counts()) {
            assertThat(way.log().counts()).containsKey(example.rule());
        }
        if (!example.warning().isEmpty()) {
            assertThat(way.log().warnings()).anyMatch(warning -> warning.startsWith(example.rule() + ":"));
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void doesNotApplyBelowItsStep(Example example) {
        Upgraded below = Upgraded.between(example.below(), example.below());
        Entity entity = below.entity(example.type(), example.before());

        assertThat(below.kept(entity)).isEqualTo(entity);
        assertThat(below.log().counts()).isEmpty();
        assertThat(below.log().warnings()).isEmpty();
    }

    @Test
    void everyRuleFromT1ToT35IsTold() {
        for (int i = 1; i <= 35; i++) {
            assertThat(Upgrade.summary("T" + i)).as("T" + i).isNotEmpty();
        }
    }

    @Test
    void everyRuleOnEntitiesHasAnExample() {
        List<String> examples = Stream.concat(
                        examples().map(Example::rule),
                        EntityRulesTest.examples().map(EntityRulesTest.Example::rule))
                .toList();
        assertThat(examples)
                .containsAll(Rules.IN_ORDER.stream()
                        .map(Rule::name)
                        .filter(name -> !name.equals("T2"))
                        .toList());
    }

    @Test
    void aRemovedPluginIsLeftOutWithItsReason() {
        Upgraded way = Upgraded.between("1.5", "3.3");
        Entity plugin = way.entity("plugins", "{'name': 'kubernetes-sidecar-injector', 'config': {}}");

        assertThat(way.upgrade().apply(plugin))
                .isEqualTo(new Outcome.Excluded("T16: Kong 2.0 and later have no plugin kubernetes-sidecar-injector"));
        assertThat(way.log().counts()).containsEntry("T16", 1L);
        assertThat(way.log().warnings()).anyMatch(warning -> warning.contains("plugins " + Upgraded.ID));
    }

    @Test
    void aPluginOfThatNameThatIsInstalledStays() {
        Upgraded way = Upgraded.between("1.5", "2.8", "kubernetes-sidecar-injector");
        way.kept("plugins", "{'name': 'kubernetes-sidecar-injector', 'config': {'image': 'i'}}");

        assertThat(way.log().counts()).doesNotContainKey("T16");
    }

    @Test
    void countersAreLeftOut() {
        Upgraded step = Upgraded.between("2.1", "2.8");
        Entity counter = step.entity("ratelimiting_metrics", "{'value': 3}");

        assertThat(step.upgrade().apply(counter))
                .isEqualTo(new Outcome.Excluded("T9: a counter of rate limits, which cannot be written as a row"));
        assertThat(step.log().counts()).containsOnlyKeys("T9");
    }

    @Test
    void functionsOfBothKindsAreRefused() {
        Upgraded step = Upgraded.between("2.8", "3.0");
        assertThatThrownBy(() -> step.kept(
                        "plugins", "{'name': 'pre-function', 'config': {'functions': ['a'], 'access': ['b']}}"))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(KeyferryException.Kind.REFUSED))
                .hasMessageContainingAll("plugins " + Upgraded.ID, "both functions and access", "old gateway");
    }

    @Test
    void aPathThatDecodesToNoTextIsRefused() {
        Upgraded step = Upgraded.between("2.8", "3.0");
        assertThatThrownBy(() -> step.kept("routes", "{'paths': ['/caf%E9']}"))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(KeyferryException.Kind.REFUSED))
                .hasMessageContainingAll("routes " + Upgraded.ID, "/caf%E9", "no UTF-8");
    }

    @Test
    void aVaultBecomesOneOfTheNewType() {
        Upgraded step = Upgraded.between("2.8", "3.3");
        Entity kept = step.kept("vaults_beta", "{'prefix': 'p', 'name': 'env'}");

        assertThat(kept.type())
                .isSameAs(Upgraded.catalog("3.3").entityType("vaults").orElseThrow());
        assertThat(kept.type().table().name()).isEqualTo("sm_vaults");
    }

    @Test
    void ofTargetsWithOneAddressTheOneCreatedLastStays() {
        Upgraded step = Upgraded.between("2.8", "3.0");
        Entity older = step.entity(
                "targets",
                "{'id': '00000000-0000-4000-8000-000000000001', 'upstream': 'u',"
                        + " 'target': 'a:80', 'created_at': 1}");
        Entity newer = step.entity(
                "targets",
                "{'id': '00000000-0000-4000-8000-000000000002', 'upstream': 'u',"
                        + " 'target': 'a:80', 'created_at': 2}");
        Entity spelled = step.entity(
                "targets",
                "{'id': '00000000-0000-4000-8000-000000000003', 'upstream': 'u'," + " 'target': 'a', 'created_at': 0}");
        List.of(older, newer, spelled).forEach(step.upgrade().history()::add);

        assertThat(step.upgrade().apply(older))
                .isEqualTo(new Outcome.Excluded(
                        "T21: another target of the upstream has the same address and was created later"));
        step.kept(newer);
        step.kept(spelled);
        assertThat(step.log().counts()).containsEntry("T21", 1L);
    }

    @Test
    void rulesComposeOverEveryStepCrossed() {
        Upgraded way = Upgraded.between("1.5", "3.3");
        Entity listing = way.kept(
                "plugins",
                "{'name': 'acl', 'run_on': 'first', 'enabled': null, 'config': {'whitelist': ['gold'], 'blacklist': null}}");
        Entity function = way.kept("plugins", "{'name': 'pre-function', 'config': {'functions': ['return']}}");
        Entity session = way.kept("plugins", "{'name': 'session', 'config': {'cookie_lifetime': 60}}");
        Entity route = way.kept("routes", "{'name': 'r', 'paths': ['/x(.*)'], 'path_handling': null}");

        assertThat(listing.value("config")).isEqualTo(Upgraded.json("{'allow': ['gold'], 'deny': null}"));
        assertThat(function.value("config")).isEqualTo(Upgraded.json("{'access': ['return']}"));
        assertThat(session.value("config")).isEqualTo(Upgraded.json("{'rolling_timeout': 60, 'idling_timeout': 0}"));
        assertThat(route.value("paths")).isEqualTo(Upgraded.json("['~/x(.*)']"));
        assertThat(way.log().counts().keySet())
                .containsExactly("T1", "T3", "T6", "T8", "T12", "T13", "T19", "T23", "T32");
    }

    @Test
    void aFileInAnOlderFormatHasOldPathsOnly() {
        Upgrade old = Upgrade.ofFile(Upgraded.catalog("3.3"), "2.1", Set.of());
        Upgrade today = Upgrade.ofFile(Upgraded.catalog("3.3"), "3.0", Set.of());
        Upgrade before = Upgrade.ofFile(Upgraded.catalog("2.8"), "1.1", Set.of());
        Upgraded words = Upgraded.between("3.3", "3.3");
        Entity route = words.entity("routes", "{'paths': ['/x+', '/y'], 'path_handling': 'v1'}");

        assertThat(((Outcome.Kept) old.apply(route)).entity().value("paths"))
                .isEqualTo(Upgraded.json("['~/x+', '/y']"));
        assertThat(old.log().counts()).containsOnlyKeys("T19");
        assertThat(today.apply(route)).isEqualTo(new Outcome.Kept(route));
        Entity oldRoute = Upgraded.between("2.8", "2.8").entity("routes", "{'paths': ['/x+']}");
        assertThat(before.apply(oldRoute)).isEqualTo(new Outcome.Kept(oldRoute));
    }

    @Test
    void withinOneLineKeysThatNoKongKnowsAreRemovedAndTold() {
        Upgraded same = Upgraded.between("2.8", "2.8");
        Entity kept = same.kept(
                "plugins",
                "{'name': 'acl', 'config': {'whitelist': ['old name'], 'allow': null, 'odd': 1, 'hide_groups_header': null}}");

        assertThat(kept.value("config"))
                .isEqualTo(Upgraded.json("{'whitelist': ['old name'], 'allow': null, 'hide_groups_header': null}"));
        assertThat(same.log().warnings())
                .containsExactly("plugin acl: configuration key 'odd' is unknown to Kong 2.8 and was removed: plugins "
                        + Upgraded.ID);
        assertThat(same.log().counts()).isEmpty();
    }
}
