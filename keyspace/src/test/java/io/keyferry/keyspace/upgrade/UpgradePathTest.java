package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UpgradePathTest {
    private static UpgradePath path(String from, String to, Topology topology) {
        return UpgradePath.between(KongVersion.parse(from), KongVersion.parse(to), topology);
    }

    @ParameterizedTest
    @CsvSource({
        "0.36, 2.8, TRADITIONAL, 0.36 -> 1.3 -> 1.5 -> 2.1 -> 2.2 -> 2.3 -> 2.4 -> 2.5 -> 2.6 -> 2.7 -> 2.8",
        "0.36, 3.1, HYBRID, 0.36 -> 1.3 -> 1.5 -> 2.1 -> 2.2 -> 2.3 -> 2.4 -> 2.5 -> 2.6 -> 2.7 -> 2.8 -> 3.0 -> 3.1",
        "1.5, 2.0, TRADITIONAL, 1.5 -> 2.0",
        "2.0.5, 2.2.2, TRADITIONAL, 2.0 -> 2.1 -> 2.2",
        "2.6, 3.1, TRADITIONAL, 2.6 -> 2.7 -> 2.8 -> 3.0 -> 3.1",
        "2.6, 3.1, DBLESS, 2.6 -> 3.0 -> 3.1",
        "1.5, 3.0, DBLESS, 1.5 -> 2.1 -> 3.0",
        "2.8.1, 2.8.5, TRADITIONAL, 2.8"
    })
    void goesThroughTheLinesOfTheGuides(String from, String to, Topology topology, String lines) {
        assertThat(path(from, to, topology).label()).isEqualTo(lines);
    }

    @ParameterizedTest
    @EnumSource(Topology.class)
    void neverGoesFromOneToThreeInOneStepAndReachesThreeOneOnlyFromThreeZero(Topology topology) {
        for (KongVersion from : Catalog.known()) {
            for (KongVersion to : Catalog.known()) {
                if (from.compareTo(to) > 0) {
                    continue;
                }
                List<Hop> hops = UpgradePath.between(from, to, topology).hops();
                assertThat(hops)
                        .noneMatch(hop -> hop.from().major() == 1 && hop.to().major() == 3);
                assertThat(hops)
                        .filteredOn(hop -> hop.to().line().equals("3.1"))
                        .allMatch(hop -> hop.from().line().equals("3.0"));
                assertThat(hops)
                        .filteredOn(hop -> hop.to().line().equals("3.0") && topology != Topology.DBLESS)
                        .allMatch(hop -> hop.from().line().equals("2.8"));
                assertThat(hops.stream().map(hop -> hop.to().line())).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void asksForThePatchThatBothVersionsTogetherNeed() {
        Hop hop = path("2.8", "3.0", Topology.HYBRID).hops().get(0);

        assertThat(hop.atLeast().orElseThrow().version()).hasToString("2.8.2");
        assertThat(UpgradePath.isTooOld(KongVersion.parse("2.8.1"), hop)).isTrue();
        assertThat(UpgradePath.isTooOld(KongVersion.parse("2.8.2"), hop)).isFalse();
        assertThat(UpgradePath.isTooOld(KongVersion.parse("2.7.0"), hop)).isFalse();
        assertThat(path("2.8", "3.0", Topology.DBLESS).hops().get(0).atLeast()).isEmpty();
    }

    @Test
    void tellsThePortalToBeMovedByHand() {
        assertThat(path("1.5", "2.1", Topology.TRADITIONAL).hops().get(0).byHand())
                .anyMatch(ask -> ask.contains("Dev Portal"));
        assertThat(path("1.5", "2.1", Topology.DBLESS).hops().get(0).byHand())
                .noneMatch(ask -> ask.contains("Dev Portal"));
    }

    @Test
    void putsTheControlPlaneBeforeTheDataPlanes() {
        assertThat(String.join("\n", path("2.8", "3.0", Topology.HYBRID).order()))
                .containsSubsequence("control plane first", "data planes after it");
    }

    @Test
    void refusesWhatNoGuideKnows() {
        assertThatThrownBy(() -> path("0.14", "2.8", Topology.TRADITIONAL))
                .hasMessageContaining("--from-kong 0.14.0")
                .hasMessageContaining("0.36, 1.3, 1.4, 1.5, 2.0");
        assertThatThrownBy(() -> path("2.8", "3.4", Topology.TRADITIONAL)).hasMessageContaining("--kong 3.4.0");
        assertThatThrownBy(() -> path("2.8", "2.1", Topology.TRADITIONAL))
                .hasMessageContaining("cannot be taken back to Kong 2.1");
    }
}
