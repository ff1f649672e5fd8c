package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.sample.SampleKeyspace;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule on single entities: an example before and after, and the steps that ask for it. */
final class EntityRulesTest {
    /**
     * An example of a rule.
     *
     * @param below the last version that does not have the rule behind it
     * @param at the version that asks for it
     * @param after the fields that the rule is about; others are not looked at
     * @param counts whether the rule counts the entity
     */
    record Example(String rule, String below, String at, String type, String before, String after, boolean counts) {
        @Override
        public String toString() {
            return rule + " " + type + " " + (before.length() > 60 ? before.substring(0, 60) + "..." : before);
        }
    }

    private static Example example(String rule, String below, String at, String type, String before, String after) {
        return new Example(rule, below, at, type, before, after, true);
    }

    private static Example untouched(String rule, String below, String at, String type, String before) {
        return new Example(rule, below, at, type, before, before, false);
    }

    static Stream<Example> examples() {
        return Stream.of(
                example("T1", "2.0", "2.1", "consumers", "{'username': 'jo'}", "{'username': 'jo'}"),
                untouched("T1", "2.0", "2.1", "ca_certificates", "{'tags': ['a']}"),
                example(
                        "T3",
                        "2.0",
                        "2.1",
                        "plugins",
                        "{'name': 'acl', 'config': {'whitelist': ['gold'], 'blacklist': null, 'hide_groups_header': true}}",
                        "{'config': {'allow': ['gold'], 'deny': null, 'hide_groups_header': true}}"),
                example(
                        "T3",
                        "2.0",
                        "2.1",
                        "plugins",
                        "{'name': 'ip-restriction', 'config': {'blacklist': ['10.0.0.0/8']}}",
                        "{'config': {'deny': ['10.0.0.0/8']}}"),
                example(
                        "T3",
                        "2.0",
                        "2.1",
                        "plugins",
                        "{'name': 'bot-detection', 'config': {'whitelist': [], 'blacklist': ['bot.*']}}",
                        "{'config': {'allow': [], 'deny': ['bot.*']}}"),
                untouched("T3", "2.0", "2.1", "plugins", "{'name': 'acl', 'config': {'hide_groups_header': true}}"),
                untouched("T3", "2.0", "2.1", "plugins", "{'name': 'key-auth', 'config': {'key_names': ['k']}}"),
                untouched(
                        "T4",
                        "2.0",
                        "2.1",
                        "basicauth_credentials",
                        "{'username': 'jo', 'password': '5f4dcc3b5aa765d61d8327deb882cf99'}"),
                example(
                        "T5",
                        "2.0",
                        "2.1",
                        "oauth2_credentials",
                        "{'client_secret': 's'}",
                        "{'client_secret': 's', 'hash_secret': false, 'client_type': 'confidential'}"),
                example(
                        "T7",
                        "2.0",
                        "2.1",
                        "upstreams",
                        "{'algorithm': null, 'hash_on': 'ip', 'hash_fallback': 'none'}",
                        "{'algorithm': 'consistent-hashing', 'hash_on': 'ip', 'hash_fallback': 'none'}"),
                example(
                        "T7",
                        "2.0",
                        "2.1",
                        "upstreams",
                        "{'algorithm': null, 'hash_on': null, 'hash_fallback': null}",
                        "{'algorithm': 'round-robin', 'hash_on': 'none', 'hash_fallback': 'none'}"),
                untouched(
                        "T7",
                        "2.0",
                        "2.1",
                        "upstreams",
                        "{'algorithm': 'least-connections', 'hash_on': 'none', 'hash_fallback': 'none'}"),
                example("T8", "2.0", "2.1", "routes", "{'path_handling': null}", "{'path_handling': 'v1'}"),
                example("T8", "2.0", "2.1", "routes", "{'path_handling': 'v9'}", "{'path_handling': 'v1'}"),
                untouched("T8", "2.0", "2.1", "routes", "{'path_handling': 'v0'}"),
                untouched("T8", "2.0", "2.1", "routes", "{'path_handling': 'v1'}"),
                example(
                        "T12",
                        "2.1",
                        "2.2",
                        "routes",
                        "{'name': 'r'}",
                        "{'request_buffering': true, 'response_buffering': true}"),
                example(
                        "T13",
                        "2.2",
                        "2.3",
                        "routes",
                        "{'strip_path': null, 'preserve_host': null}",
                        "{'strip_path': true, 'preserve_host': false}"),
                untouched("T13", "2.2", "2.3", "routes", "{'strip_path': false, 'preserve_host': true}"),
                example("T13", "2.2", "2.3", "plugins", "{'name': 'cors', 'enabled': null}", "{'enabled': true}"),
                untouched("T13", "2.2", "2.3", "plugins", "{'name': 'cors', 'enabled': false}"),
                new Example(
                        "T14",
                        "2.2",
                        "2.3",
                        "certificates",
                        "{'cert': 'c'}",
                        "{'cert_alt': null, 'key_alt': null}",
                        false),
                example("T15", "2.6", "2.7", "services", "{'host': 'h'}", "{'enabled': true}"));
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
    }

    @ParameterizedTest
    @MethodSource("examples")
    void appliesWhereverTheStepLiesOnTheWay(Example example) {
        Upgraded way = Upgraded.between("2.0", "2.8");
        if (!example.counts() || example.rule().equals("T13")) {
            return;
        }
        way.kept(example.type(), example.before());

        assertThat(way.log().counts()).containsEntry(example.rule(), 1L);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void doesNotApplyWhereTheStepIsNotCrossed(Example example) {
        for (List<String> step :
                List.of(List.of(example.below(), example.below()), List.of(example.at(), example.at()))) {
            Upgraded within = Upgraded.between(step.get(0), step.get(1));
            Entity entity = within.entity(example.type(), "{'tags': ['x']" + pluginName(example) + "}");

            assertThat(within.kept(entity)).isEqualTo(entity);
            assertThat(within.log().counts()).isEmpty();
        }
        if (!example.at().equals("2.7") && !example.rule().equals("T13")) {
            Upgraded later = Upgraded.between(example.at(), "2.8");
            later.kept(example.type(), "{'tags': ['x']" + pluginName(example) + "}");
            assertThat(later.log().counts()).doesNotContainKey(example.rule());
        }
    }

    private static String pluginName(Example example) {
        return example.type().equals("plugins") ? ", 'name': 'acl', 'config': {}" : "";
    }

    @Test
    void theDigestOfACertificateIsTheSha256OfItsDer() {
        Upgraded step = Upgraded.between("2.0", "2.1");
        SampleKeyspace sample = new SampleKeyspace(Upgraded.catalog("2.0"), 0, 1, Instant.EPOCH);
        List<String> digests = sample.core().stream()
                .filter(entity -> entity.type().name().equals("ca_certificates"))
                .map(step::kept)
                .map(entity -> entity.text("cert_digest").orElseThrow())
                .toList();

        assertThat(digests)
                .hasSize(3)
                .doesNotHaveDuplicates()
                .allSatisfy(digest -> assertThat(digest).matches("[0-9a-f]{64}"));
        assertThat(step.log().counts()).containsEntry("T2", 3L);
    }

    @Test
    void theDigestIsTheOneThatKongRecorded() {
        Upgraded step = Upgraded.between("2.0", "2.1");
        Entity kept = step.kept(RecordedCertificate.before(step));

        assertThat(kept.text("cert_digest")).contains(RecordedCertificate.digestAfterwards());
    }

    @Test
    void refusesACertificateThatIsNone() {
        Upgraded step = Upgraded.between("2.0", "2.1");
        assertThatThrownBy(() -> step.kept("ca_certificates", "{'cert': 'hunter2'}"))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(KeyferryException.Kind.REFUSED))
                .hasMessageContainingAll("ca_certificates " + Upgraded.ID, "field cert", "Mend or delete it")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void appliedToWhatItMadeNoRuleChangesAnything() {
        Upgraded way = Upgraded.between("2.0", "2.8");
        SampleKeyspace sample = new SampleKeyspace(Upgraded.catalog("2.0"), 1_000, 3, Instant.EPOCH);
        sample.forEach(entity -> {
            way.upgrade().history().add(entity);
        });
        sample.forEach(entity -> {
            if (way.upgrade().apply(entity) instanceof Outcome.Kept kept) {
                for (Rule rule : Rules.IN_ORDER) {
                    // Those to 3.0 and later may undo what 2.8 has; and T19 is known not to be idempotent.
                    if (!way.upgrade().to().version().isLineAtLeast(rule.version())) {
                        continue;
                    }
                    if (rule.types().contains(entity.type().name())) {
                        Draft draft = new Draft(kept.entity(), way.upgrade().to(), Set.of(), new UpgradeLog());
                        rule.apply(draft);
                        Entity again = draft.finish(kept.entity().type());
                        for (Field field : again.type().fields()) {
                            assertThat(again.value(field))
                                    .as("%s of %s, field %s", rule.name(), entity, field.name())
                                    .isEqualTo(kept.entity().value(field));
                        }
                    }
                }
            }
        });
    }
}
