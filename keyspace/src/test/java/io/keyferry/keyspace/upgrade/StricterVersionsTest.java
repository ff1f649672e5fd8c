package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.document.EntityCheck;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of every two consecutive versions, all that the later one is stricter about, as the catalogues have it: keys that are
 * gone, types that changed, ranges and choices that became narrower, nulls that are forbidden. For each, a value that
 * only the older version takes must be changed by a rule, told in a warning, or refused by name; none may pass as it is.
 */
final class StricterVersionsTest {
    /** A value of the older version that the later one does not take. */
    record Stricter(String from, String to, String type, String plugin, String path, String why, Value value) {
        @Override
        public String toString() {
            return from + " to " + to + ": " + type + " " + plugin + " " + path + " " + why;
        }
    }

    static Stream<Stricter> stricter() {
        List<KongVersion> known = Catalog.known();
        return IntStream.range(1, known.size()).boxed().flatMap(i -> between(known.get(i - 1), known.get(i)).stream());
    }

    private static List<Stricter> between(KongVersion from, KongVersion to) {
        List<Stricter> found = new ArrayList<>();
        Catalog older = Catalog.forVersion(from);
        Catalog newer = Catalog.forVersion(to);
        for (EntityType type : newer.entityTypes()) {
            EntityType before = older.entityType(type.name()).orElse(null);
            if (before != null && before.field("id").isPresent()) {
                for (Field field : before.fields()) {
                    type.field(field.name())
                            .filter(later -> !later.name().equals("config"))
                            .ifPresent(later -> compare(
                                    new Stricter(from.line(), to.line(), type.name(), "", field.name(), "", Value.NULL),
                                    field.schema(),
                                    later.schema(),
                                    found));
                }
            }
        }
        for (PluginSchema plugin : older.plugins()) {
            newer.plugin(plugin.name())
                    .ifPresent(later -> compareFields(
                            new Stricter(from.line(), to.line(), "plugins", plugin.name(), "config", "", Value.NULL),
                            plugin.config(),
                            later.config(),
                            found));
        }
        return found;
    }

    private static void compareFields(Stricter at, FieldSchema older, FieldSchema newer, List<Stricter> found) {
        for (FieldSchema field : older.fields()) {
            Stricter inside = new Stricter(
                    at.from(), at.to(), at.type(), at.plugin(), at.path() + "." + field.name(), "", Value.NULL);
            FieldSchema later = newer.field(field.name()).orElse(null);
            if (later == null) {
                if (newer.fields().isEmpty()) {
                    continue;
                }
                add(inside, "is gone", example(field), found);
            } else {
                compare(inside, field, later, found);
            }
        }
    }

    private static void compare(Stricter at, FieldSchema older, FieldSchema newer, List<Stricter> found) {
        if (newer.required() && !older.required()) {
            add(at, "may not be null", Value.NULL, found);
        }
        boolean sequences = Set.of(FieldType.ARRAY, FieldType.SET).containsAll(Set.of(older.type()))
                && Set.of(FieldType.ARRAY, FieldType.SET).containsAll(Set.of(newer.type()));
        boolean numbers = older.type() == FieldType.INTEGER && newer.type() == FieldType.NUMBER;
        if (older.type() != newer.type() && !sequences && !numbers) {
            add(at, "is of another type", example(older), found);
            return;
        }
        JsonNode range = newer.constraints().path("between");
        if (range.isArray()) {
            JsonNode before = older.constraints().path("between");
            if (before.isMissingNode() || before.get(1).asLong() > range.get(1).asLong()) {
                add(at, "is too great", Value.whole(range.get(1).asLong() + 1), found);
            }
            if (before.isMissingNode() || before.get(0).asLong() < range.get(0).asLong()) {
                add(at, "is too small", Value.whole(range.get(0).asLong() - 1), found);
            }
        }
        for (Value choice : choices(older)) {
            if (!choices(newer).isEmpty() && !choices(newer).contains(choice)) {
                add(at, "is no choice any more", choice, found);
            }
        }
        if (choices(older).isEmpty() && !choices(newer).isEmpty() && older.type() == FieldType.STRING) {
            add(at, "has choices now", Value.text("other"), found);
        }
        if (older.values() != null
                && newer.values() != null
                && older.values().type() != newer.values().type()) {
            add(at, "holds values of another type", example(older), found);
        }
        if (older.type() == FieldType.RECORD) {
            compareFields(at, older, newer, found);
        }
    }

    private static Set<Value> choices(FieldSchema schema) {
        Set<Value> choices = new HashSet<>();
        schema.constraints().path("one_of").forEach(choice -> choices.add(Value.of(choice)));
        return choices;
    }

    private static Value example(FieldSchema schema) {
        return switch (schema.type()) {
            case STRING, FOREIGN -> choices(schema).stream().findFirst().orElse(Value.text("x"));
            case INTEGER, NUMBER -> Value.whole(7);
            case BOOLEAN -> Value.truth(true);
            case ARRAY, SET ->
                new Value.Sequence(schema.elements() == null ? List.of() : List.of(example(schema.elements())));
            case MAP -> new Value.Mapping(schema.values() == null ? Map.of() : Map.of("key", example(schema.values())));
            case RECORD, FUNCTION, ANY -> new Value.Mapping(Map.of());
        };
    }

    private static void add(Stricter at, String why, Value value, List<Stricter> found) {
        found.add(new Stricter(at.from(), at.to(), at.type(), at.plugin(), at.path(), why, value));
    }

    @Test
    void thereIsSomethingToCheck() {
        assertThat(stricter().map(Stricter::toString))
                .contains(
                        "2.8 to 3.0: plugins http-log config.headers holds values of another type",
                        "2.2 to 2.3: upstreams  healthchecks.active.healthy.successes is too great",
                        "3.1 to 3.2: plugins oauth2 config.refresh_token_ttl is too great",
                        "3.1 to 3.2: plugins session config.cookie_renew is gone")
                .hasSizeGreaterThan(60);
    }

    @ParameterizedTest
    @MethodSource("stricter")
    void nothingThatTheLaterVersionForbidsPassesAsItIs(Stricter stricter) {
        Upgraded step = Upgraded.between(stricter.from(), stricter.to());
        Entity before = entity(step, stricter);
        List<String> problems = new ArrayList<>();
        Entity after;
        try {
            after = ((Outcome.Kept) step.upgrade().apply(before)).entity();
        } catch (KeyferryException refused) {
            assertThat(refused).hasMessageContaining(Upgraded.ID);
            return;
        }
        new EntityCheck(step.upgrade().to()).check(after, problems::add);
        String field = stricter.path().split("\\.", -1)[0];
        boolean changed = !Objects.equals(before.value(field), after.value(field));
        boolean refused = problems.stream()
                .anyMatch(problem -> problem.contains(Upgraded.ID) && problem.contains("'" + stricter.path()));

        assertThat(changed || refused)
                .as("changed or refused: %s, %s", stricter, problems)
                .isTrue();
        if (changed) {
            assertThat(step.log().counts().keySet().stream().anyMatch(rule -> !rule.equals("T1"))
                            || step.log().warnings().stream().anyMatch(warning -> warning.contains(Upgraded.ID)))
                    .as("counted by a rule, or told")
                    .isTrue();
        }
    }

    /** An entity with that value and nothing else that could be wrong at the same path. */
    private static Entity entity(Upgraded step, Stricter stricter) {
        String[] path = stricter.path().split("\\.", -1);
        Value value = stricter.value();
        for (int i = path.length - 1; i > 0; i--) {
            value = new Value.Mapping(Map.of(path[i], value));
        }
        String fields = stricter.plugin().isEmpty() ? "{}" : "{'name': '" + stricter.plugin() + "'}";
        return step.entity(stricter.type(), fields).toBuilder()
                .put(path[0], value)
                .build();
    }
}
