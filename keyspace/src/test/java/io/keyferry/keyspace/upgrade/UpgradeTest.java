package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.sample.SampleKeyspace;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class UpgradeTest {
    @Test
    void doesNotGoBack() {
        assertThatThrownBy(() -> Upgraded.between("2.8", "2.7"))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(KeyferryException.Kind.USAGE))
                .hasMessageContainingAll("Kong 2.8 cannot be taken back to Kong 2.7", "--kong");
    }

    @Test
    void withinOneLineEveryEntityStaysAsItIs() {
        Upgraded same = Upgraded.between("2.8.0", "2.8.5");
        new SampleKeyspace(Upgraded.catalog("2.8"), 500, 5, Instant.EPOCH)
                .inWorkspace(UUID.randomUUID())
                .forEach(entity -> assertThat(same.kept(entity)).isSameAs(entity));
        assertThat(same.log().counts()).isEmpty();
        assertThat(same.log().warnings()).isEmpty();
    }

    @Test
    void whatCouldNotBeReadIsNeverMovedAsIfItWereNull() {
        Upgraded same = Upgraded.between("2.8.0", "2.8.5");
        Entity unreadable = same.entity("plugins", "{'name': 'acl'}").toBuilder()
                .unreadable("table plugins, column config cannot be read")
                .build();

        assertThatThrownBy(() -> same.kept(unreadable))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(KeyferryException.Kind.REFUSED))
                .hasMessageContaining("column config cannot be read");
    }

    @Test
    void newFieldsTakeTheTargetsDefaults() {
        Entity kept = Upgraded.between("2.0", "2.8").kept("services", "{'host': 'h', 'port': 80}");

        assertThat(kept.value("tls_verify")).isEqualTo(Value.NULL);
        assertThat(kept.value("enabled")).isEqualTo(Value.truth(true));
    }

    @Test
    void workspaceAndExpiryAreKept() {
        Upgraded step = Upgraded.between("2.1", "2.8");
        UUID workspace = UUID.randomUUID();
        Entity kept = step.kept(step.entity("keyauth_credentials", "{'key': 'k'}").toBuilder()
                .workspace(workspace)
                .expiresAt(1_900_000_000)
                .build());

        assertThat(kept.workspace()).contains(workspace);
        assertThat(kept.expiresAt()).hasValue(1_900_000_000);
    }

    @Test
    void theOldSampleBecomesWhatKong28Has() {
        Upgraded way = Upgraded.between("2.0", "2.8");
        SampleKeyspace sample = new SampleKeyspace(Upgraded.catalog("2.0"), 0, 5, Instant.EPOCH);
        List<Entity> targets = sample.core().stream()
                .filter(entity -> entity.type().name().equals("targets"))
                .toList();
        targets.forEach(way.upgrade().history()::add);
        List<Entity> kept = sample.core().stream()
                .map(way.upgrade()::apply)
                .filter(Outcome.Kept.class::isInstance)
                .map(outcome -> ((Outcome.Kept) outcome).entity())
                .toList();

        assertThat(kept)
                .allSatisfy(entity -> assertThat(entity.type())
                        .isSameAs(way.upgrade()
                                .to()
                                .entityType(entity.type().name())
                                .orElseThrow()));
        Map<String, Long> counts = way.log().counts();
        assertThat(counts.keySet())
                .as("in the order of their numbers")
                .containsExactly("T1", "T2", "T3", "T5", "T7", "T8", "T11", "T12", "T13", "T15");
        assertThat(kept).hasSize((int) (sample.core().size() - counts.getOrDefault("T11", 0L)));
    }
}
