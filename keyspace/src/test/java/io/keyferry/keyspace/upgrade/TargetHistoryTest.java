package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule T11: of a target's history the last state stays. */
final class TargetHistoryTest {
    private static final String UPSTREAM = "2c8bc441-ec47-5a9c-9227-33a84e5725ec";
    private static final String OTHER_UPSTREAM = "3dcb9bf5-be72-5b7a-af72-f27f4c7a0a23";

    private final Upgraded step = Upgraded.between("2.0", "2.2");
    private final TargetHistory history = step.upgrade().history();

    private Entity target(int number, String upstream, String address, double createdAt) {
        Entity target = step.entity("targets", "{'weight': 10}").toBuilder()
                .put("id", Value.text("00000000-0000-4000-8000-%012d".formatted(number)))
                .put("upstream", Value.text(upstream))
                .put("target", Value.text(address))
                .put("created_at", Value.number(createdAt))
                .build();
        history.add(target);
        return target;
    }

    @Test
    void theRowCreatedLastStays() {
        Entity first = target(1, UPSTREAM, "a:80", 1000.001);
        Entity last = target(2, UPSTREAM, "a:80", 1000.003);
        Entity middle = target(3, UPSTREAM, "a:80", 1000.002);

        assertThat(history.isCurrent(last)).isTrue();
        assertThat(history.isCurrent(first)).isFalse();
        assertThat(history.isCurrent(middle)).isFalse();
    }

    @Test
    void whatWasBeforeIsExcludedWithAReasonAndCounted() {
        Entity first = target(1, UPSTREAM, "a:80", 1);
        Entity last = target(2, UPSTREAM, "a:80", 2);

        assertThat(step.upgrade().apply(first))
                .isEqualTo(new Outcome.Excluded("T11: an earlier state of a target, kept as history before Kong 2.2"));
        assertThat(step.upgrade().apply(last)).isInstanceOf(Outcome.Kept.class);
        assertThat(step.log().counts()).containsEntry("T11", 1L);
    }

    @Test
    void ofTwoCreatedAtOnceTheGreaterIdStays() {
        Entity greater = target(9, UPSTREAM, "a:80", 1000);
        Entity lesser = target(1, UPSTREAM, "a:80", 1000);

        assertThat(history.isCurrent(greater)).isTrue();
        assertThat(history.isCurrent(lesser)).isFalse();
    }

    @Test
    void aLastRowOfWeightZeroStaysAsKongsOwnMigrationKeepsIt() {
        Entity before = target(1, UPSTREAM, "a:80", 1);
        Entity deleted = target(2, UPSTREAM, "a:80", 2).toBuilder()
                .put("weight", Value.whole(0))
                .build();

        assertThat(history.isCurrent(deleted)).isTrue();
        assertThat(history.isCurrent(before)).isFalse();
        assertThat(step.kept(deleted).value("weight")).isEqualTo(Value.whole(0));
    }

    @Test
    void upstreamsHaveTargetsOfTheirOwn() {
        Entity one = target(1, UPSTREAM, "a:80", 1);
        Entity other = target(2, OTHER_UPSTREAM, "a:80", 2);

        assertThat(history.isCurrent(one)).isTrue();
        assertThat(history.isCurrent(other)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1:8000",
        "a.example.com, a.example.com:8000",
        "[2001:db8::1]:80, [2001:0db8:0000:0000:0000:0000:0000:0001]:80",
        "[2001:db8::1], [2001:0DB8:0:0:0:0:0:1]:8000",
        "2001:db8::1, [2001:db8::1]:8000",
        "::1, [0:0:0:0:0:0:0:1]",
        "[::ffff:10.0.0.1]:80, [::ffff:a00:1]:80",
    })
    void spellingsOfOneAddressAreOneTarget(String one, String other) {
        Entity before = target(1, UPSTREAM, one, 1);
        Entity after = target(2, UPSTREAM, other, 2);

        assertThat(history.isCurrent(after)).isTrue();
        assertThat(history.isCurrent(before)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:80, 10.0.0.1:81",
        "10.0.0.1:80, 10.0.0.1",
        "[::1]:80, [::1]:81",
        "[::1]:80, [::2]:80",
        "[::ffff:10.0.0.1]:80, 10.0.0.1:80",
        "a:80, b:80",
        "[broken:80, broken:80",
        "[nothing.example.com]:80, nothing.example.com:80",
        "[gggg::1]:80, [hhhh::1]:80",
    })
    void otherAddressesAreOtherTargets(String one, String other) {
        Entity before = target(1, UPSTREAM, one, 1);
        Entity after = target(2, UPSTREAM, other, 2);

        assertThat(history.isCurrent(before)).isTrue();
        assertThat(history.isCurrent(after)).isTrue();
    }

    @Test
    void theOrderInWhichRowsAreSeenDoesNotMatter() {
        long seed = 20_260_803L;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Entity> rows = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            rows.add(target(
                    i,
                    random.nextBoolean() ? UPSTREAM : OTHER_UPSTREAM,
                    "10.0.0." + random.nextInt(20) + (random.nextBoolean() ? "" : ":8000"),
                    random.nextInt(30)));
        }
        List<Entity> current = rows.stream().filter(history::isCurrent).toList();
        Collections.shuffle(rows, random);
        TargetHistory again = new TargetHistory();
        rows.forEach(again::add);

        assertThat(rows.stream().filter(again::isCurrent)).containsExactlyInAnyOrderElementsOf(current);
        assertThat(current).hasSizeLessThanOrEqualTo(40);
    }

    @Test
    void isNotAskedWhenTheSourceHasNoHistory() {
        Upgraded later = Upgraded.between("2.2", "2.8");

        assertThat(later.upgrade().needsHistory()).isFalse();
        later.kept("targets", "{'target': 'a:80'}");
        assertThat(later.log().counts()).isEmpty();
        assertThat(Upgraded.between("2.0", "2.1").upgrade().needsHistory()).isFalse();
        assertThat(step.upgrade().needsHistory()).isTrue();
    }
}
