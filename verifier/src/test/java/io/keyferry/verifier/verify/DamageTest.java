package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.JsonText;
import io.keyferry.keyspace.model.Value;
import io.keyferry.verifier.verify.Kind.Wanted;
import io.keyferry.verifier.verify.TwoKeyspaces.Found;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random damages of a target, a batch at a time: each is found, with row and field, and nothing else is. As many
 * changes that Kong cannot see raise no alarm. {@code -Dkeyferry.damages=N} says how many of each.
 */
@Tag("damages")
final class DamageTest {
    private static final int DAMAGES = Integer.getInteger("keyferry.damages", 400);
    private static final int BATCH = 200;

    private static final long SEED = new Random().nextLong();
    private static final Random RANDOM = new Random(SEED);

    private static TwoKeyspaces keyspaces;
    private static List<Entity> population;

    @BeforeAll
    static void write() {
        keyspaces = new TwoKeyspaces(Population.CATALOG, Population.TYPES);
        population = Population.of(RANDOM);
        keyspaces.writeBoth(population);
    }

    @AfterAll
    static void drop() {
        keyspaces.close();
    }

    @Test
    void everyDamageIsFoundAndLocated() {
        Map<Kind, Integer> done = new EnumMap<>(Kind.class);
        int damages = 0;
        while (damages < DAMAGES) {
            List<Wanted> batch = new ArrayList<>();
            List<Entity> damaged = new ArrayList<>();
            damages += choose(Math.min(BATCH, DAMAGES - damages), batch, damaged, done);
            batch.forEach(wanted -> apply(wanted, damaged));
            Found found = keyspaces.verify();
            undo(batch, damaged);

            Map<String, Difference> byId = found.differences().stream()
                    .collect(Collectors.toMap(
                            difference -> difference.type() + difference.id(), difference -> difference));
            assertThat(found.result().equal()).isFalse();
            for (Wanted wanted : batch) {
                Difference difference = byId.values().stream()
                        .filter(one -> one.id().equals(wanted.id()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("seed " + SEED + ": missed " + wanted));
                assertThat(difference.verdict()).as("seed %s: %s", SEED, wanted).isEqualTo(wanted.verdict());
                if (wanted.verdict() == Verdict.DIFFERENT) {
                    assertThat(difference.fields().keySet())
                            .as("seed %s: %s", SEED, wanted)
                            .isNotEmpty()
                            .allMatch(path -> (path + ".").startsWith(wanted.field() + "."));
                }
            }
            assertThat(found.differences()).as("seed %s", SEED).hasSameSizeAs(batch);
        }
        assertThat(done.keySet()).containsExactlyInAnyOrder(Kind.values());
        assertThat(keyspaces.verify().result().equal()).as("all undone").isTrue();
    }

    /** Chooses so many damages of rows that no other damage of the batch touches. */
    private static int choose(int wanted, List<Wanted> batch, List<Entity> damaged, Map<Kind, Integer> done) {
        List<Entity> free = new ArrayList<>(population);
        Collections.shuffle(free, RANDOM);
        int chosen = 0;
        while (chosen < wanted && !free.isEmpty()) {
            Entity row = free.remove(free.size() - 1);
            List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
            Collections.shuffle(kinds, RANDOM);
            kinds.sort(Comparator.comparing(done::containsKey)); // none is left to chance
            for (Kind kind : kinds) {
                Optional<Entity> second = kind.rows() == 1
                        ? Optional.of(row)
                        : free.stream()
                                .filter(other -> other.type() == row.type())
                                .findFirst();
                Optional<List<Wanted>> made = second.flatMap(other -> kind.damage(row, other, RANDOM));
                if (made.isPresent()) {
                    batch.addAll(made.get());
                    damaged.add(row);
                    if (kind.rows() == 2) {
                        damaged.add(second.get());
                        free.remove(second.get());
                    }
                    done.merge(kind, 1, Integer::sum);
                    chosen++;
                    break;
                }
            }
        }
        return chosen;
    }

    private static void apply(Wanted wanted, List<Entity> damaged) {
        Entity entity = wanted.entity();
        if (entity != null) {
            keyspaces.writeTarget(List.of(entity));
        } else {
            damaged.stream().filter(row -> row.key().id().equals(wanted.id())).forEach(keyspaces::deleteFromTarget);
        }
    }

    private static void undo(List<Wanted> batch, List<Entity> damaged) {
        for (Wanted wanted : batch) {
            if (wanted.verdict() == Verdict.EXTRA) {
                keyspaces.deleteFromTarget(requireNonNull(wanted.entity()));
            }
        }
        keyspaces.writeTarget(damaged);
    }

    @Test
    void whatKongCannotSeeRaisesNoAlarm() {
        int done = 0;
        while (done < DAMAGES) {
            for (int i = 0; i < BATCH; i++) {
                vary(population.get(RANDOM.nextInt(population.size())));
            }
            Found found = keyspaces.verify();
            assertThat(found.differences()).as("seed %s", SEED).isEmpty();
            assertThat(found.result().equal()).isTrue();
            done += BATCH;
        }
    }

    /** Writes a row of the target in another way that Kong reads as the same. */
    private static void vary(Entity row) {
        for (String json : List.of("config", "healthchecks")) {
            if (row.type().field(json).isPresent() && row.value(json) instanceof Value.Mapping mapping) {
                TwoKeyspaces.session()
                        .execute(
                                "UPDATE " + keyspaces.target(row.type()) + " SET " + json + " = ? WHERE id = ?",
                                spelled(mapping),
                                UUID.fromString(row.key().id()));
                return;
            }
        }
        Entity.Builder varied = row.toBuilder();
        if (row.value("tags") instanceof Value.Sequence tags) {
            List<Value> shuffled = new ArrayList<>(tags.values());
            Collections.shuffle(shuffled, RANDOM);
            varied.put("tags", shuffled.isEmpty() ? Value.NULL : new Value.Sequence(shuffled));
        }
        row.expiresAt().ifPresent(time -> varied.expiresAt(time + RANDOM.nextInt(7) - 3));
        keyspaces.writeTarget(List.of(varied.build()));
    }

    /** JSON as another writer might: members in any order, {@code {}} for {@code []}, {@code 1.0} for 1, escapes. */
    private static String spelled(Value value) {
        if (value instanceof Value.Mapping mapping && !mapping.values().isEmpty()) {
            Map<String, Value> members = new HashMap<>(mapping.values());
            List<String> keys = new ArrayList<>(members.keySet());
            Collections.shuffle(keys, RANDOM);
            return keys.stream()
                    .map(key -> spelled(Value.text(key)) + " : " + spelled(requireNonNull(members.get(key))))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Value.Sequence sequence && !sequence.values().isEmpty()) {
            return sequence.values().stream().map(DamageTest::spelled).collect(Collectors.joining(",", "[ ", "]"));
        }
        if (value instanceof Value.Sequence || value instanceof Value.Mapping) {
            return RANDOM.nextBoolean() ? "[]" : "{}";
        }
        String text = JsonText.print(value);
        if (value instanceof Value.Whole whole && Math.abs(whole.value()) < 1 << 30) {
            return RANDOM.nextBoolean() ? text + ".0" : text;
        }
        return value instanceof Value.Text && RANDOM.nextBoolean() ? text.replace("/", "\\/") : text;
    }

    /** A codec that drops a field on both sides makes them equal to its own eyes; the bytes are not. */
    @Test
    void aFieldThatTheCodecDropsOnBothSidesIsFoundByItsBytes() {
        Entity service = population.stream()
                .filter(entity -> entity.type().name().equals("services"))
                .findFirst()
                .orElseThrow();
        keyspaces.writeTarget(List.of(
                service.toBuilder().put("path", Value.text("/elsewhere")).build()));
        Found found = keyspaces.verify(entity -> entity.type().name().equals("services")
                ? entity.toBuilder().put("path", null).build()
                : entity);
        keyspaces.writeTarget(List.of(service));

        assertThat(found.result().equal()).isFalse();
        assertThat(found.differences()).hasSize(1);
        assertThat(found.differences().get(0).id()).isEqualTo(service.key().id());
        assertThat(found.differences().get(0).fields()).containsOnlyKeys("path (raw)");
    }
}
