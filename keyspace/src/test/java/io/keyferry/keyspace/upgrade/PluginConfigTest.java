package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import org.junit.jupiter.api.Test;

/** Configurations of plugins in a later version: T13 within them, keys that are gone, plugins that nobody knows. */
final class PluginConfigTest {
    @Test
    void aNullThatTheTargetForbidsBecomesItsDefault() {
        Upgraded step = Upgraded.between("2.0", "2.8");
        Entity kept = step.kept(
                "plugins",
                "{'name': 'key-auth', 'config': {'key_names': ['k'], 'hide_credentials': null, 'anonymous': null}}");

        assertThat(kept.value("config"))
                .isEqualTo(Upgraded.json("{'key_names': ['k'], 'hide_credentials': false, 'anonymous': null}"));
        assertThat(step.log().counts()).containsEntry("T13", 1L);
    }

    @Test
    void aNullWithinARecordIsFilledToo() {
        Upgraded step = Upgraded.between("2.0", "2.8");
        Entity plugin = step.kept(
                "plugins",
                "{'name': 'proxy-cache', 'config': {'strategy': 'memory', 'cache_control': null,"
                        + " 'memory': {'dictionary_name': null}}}");
        Entity upstream = step.kept(
                "upstreams",
                "{'name': 'u', 'healthchecks': {'active': {'https_verify_certificate': null, 'timeout': null}}}");

        assertThat(plugin.value("config"))
                .isEqualTo(Upgraded.json("{'strategy': 'memory', 'cache_control': false,"
                        + " 'memory': {'dictionary_name': 'kong_db_cache'}}"));
        assertThat(upstream.value("healthchecks"))
                .isEqualTo(Upgraded.json("{'active': {'https_verify_certificate': true, 'timeout': null}}"));
        assertThat(step.log().counts()).containsEntry("T13", 2L);
    }

    @Test
    void absentKeysStayAbsent() {
        Upgraded step = Upgraded.between("2.0", "2.8");
        Entity kept = step.kept("plugins", "{'name': 'rate-limiting', 'enabled': true, 'config': {'minute': 5}}");

        assertThat(kept.value("config")).isEqualTo(Upgraded.json("{'minute': 5}"));
        assertThat(step.log().counts()).doesNotContainKey("T13");
    }

    @Test
    void keysThatTheTargetDoesNotKnowAreRemovedAndNamed() {
        Upgraded step = Upgraded.between("2.0", "2.8");
        String config = "{'name': 'proxy-cache', 'config': {'strategy': 'memory', 'old': {'a': 1},"
                + " 'memory': {'dictionary_name': 'd', 'older': true}}}";
        Entity kept = step.kept("plugins", config);
        step.kept("plugins", config);

        assertThat(kept.value("config"))
                .isEqualTo(Upgraded.json("{'strategy': 'memory', 'memory': {'dictionary_name': 'd'}}"));
        assertThat(step.log().warnings())
                .containsExactly(
                        "plugin proxy-cache: configuration key 'memory.older' is unknown to Kong 2.8 and was removed: plugins "
                                + Upgraded.ID + " and 1 more",
                        "plugin proxy-cache: configuration key 'old' is unknown to Kong 2.8 and was removed: plugins "
                                + Upgraded.ID + " and 1 more");
    }

    @Test
    void keysOfRecordsInAListAreFittedToo() {
        Upgraded step = Upgraded.between("2.0", "2.8");
        Entity kept = step.kept(
                "plugins",
                "{'name': 'datadog', 'config': {'metrics': [{'name': 'latency', 'stat_type': 'gauge', 'odd': 1}]}}");

        assertThat(kept.value("config"))
                .isEqualTo(Upgraded.json("{'metrics': [{'name': 'latency', 'stat_type': 'gauge'}]}"));
        assertThat(step.log().warnings())
                .containsExactly(
                        "plugin datadog: configuration key 'metrics[].odd' is unknown to Kong 2.8 and was removed: plugins "
                                + Upgraded.ID);
    }

    @Test
    void namesThatTheTargetStillTakesStay() {
        Upgraded step = Upgraded.between("2.1", "2.8");
        Entity kept = step.kept("plugins", "{'name': 'acl', 'config': {'whitelist': ['gold']}}");

        assertThat(kept.value("config")).isEqualTo(Upgraded.json("{'whitelist': ['gold']}"));
        assertThat(step.log().warnings()).isEmpty();
    }

    @Test
    void withinOneLineNullsStay() {
        Upgraded step = Upgraded.between("2.8.1", "2.8.5");
        Entity plugin = step.entity("plugins", "{'name': 'acl', 'config': {'hide_groups_header': null}}");

        assertThat(step.kept(plugin)).isEqualTo(plugin);
    }

    @Test
    void refusesAPluginThatNobodyKnowsAndSaysWhatToDo() {
        for (Upgraded step : new Upgraded[] {Upgraded.between("2.0", "2.8"), Upgraded.between("2.8", "2.8")}) {
            Entity plugin = step.entity("plugins", "{'name': 'house-made', 'config': {'secret': 'hunter2'}}");
            assertThatThrownBy(() -> step.upgrade().apply(plugin))
                    .isInstanceOfSatisfying(
                            KeyferryException.class,
                            e -> assertThat(e.kind()).isEqualTo(KeyferryException.Kind.REFUSED))
                    .hasMessageContainingAll(
                            "plugins " + Upgraded.ID,
                            "'house-made' is not bundled with Kong 2.8",
                            "--plugins bundled,house-made",
                            "delete the plugin")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void theConfigurationOfACustomPluginPassesUntouched() {
        Upgraded step = Upgraded.between("2.0", "2.8", "house-made");
        Entity kept = step.kept(
                "plugins", "{'name': 'house-made', 'config': {'whitelist': [], 'x': null, 'y': {'z': [1, 2.5]}}}");

        assertThat(kept.value("config")).isEqualTo(Upgraded.json("{'whitelist': [], 'x': null, 'y': {'z': [1, 2.5]}}"));
        assertThat(step.log().warnings()).isEmpty();
    }
}
