package io.keyferry.keyspace.sample;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The bulk of a sample: entities that are numbered from 0 within their type, each computed from its number alone. Of a
 * thousand, 460 are key-auth credentials and another 460 consumers; the rest of a division is consumers too, so that
 * the sum is exact. Immutable and thread-safe.
 */
final class Filling {
    private static final long THOUSAND = 1_000;

    /** How many of a thousand are of the type; all others are consumers, which the rest needs. */
    private static final Map<String, Long> SHARES = Map.of(
            "services", 4L,
            "routes", 8L,
            "plugins", 8L,
            "acls", 30L,
            "basicauth_credentials", 20L,
            "jwt_secrets", 10L,
            "keyauth_credentials", 460L);

    private static final List<String> GIVEN_NAMES = List.of(
            "maria", "jürgen", "søren", "李娜", "олена", "أحمد", "zoë", "o'brien", "priya", "kofi", "さくら", "ferry🚢");
    private static final List<String> GROUPS = List.of("gold", "silver", "bronze", "größe-xl", "yes");
    private static final List<Value> TAGS = List.of(texts("bulk"), texts("bulk", "prod"), texts("bulk", "team-orders"));
    private static final int TAGGED_ONE_IN = 10;
    private static final int EXPIRES_ONE_IN = 50;
    private static final int HAS_CUSTOM_ID_ONE_IN = 3;
    private static final long DAY = 86_400;
    private static final long OLDEST = 1_000 * DAY;
    private static final long LONGEST_TTL = 365 * DAY;

    private final Ids ids;
    private final long now;
    private final String coreService;
    private final Map<String, Long> counts = new HashMap<>();
    private final Map<String, Entity> models = new HashMap<>();

    /**
     * Prepares the entities that come on top of the core.
     *
     * @param coreService id of the service that routes lead to when there are too few entities for one of their own
     */
    Filling(Catalog catalog, Ids ids, long now, String coreService, long entities) {
        this.ids = ids;
        this.now = now;
        this.coreService = coreService;
        long consumers = entities;
        for (Map.Entry<String, Long> share : SHARES.entrySet()) {
            long count = entities / THOUSAND * share.getValue() + entities % THOUSAND * share.getValue() / THOUSAND;
            counts.put(share.getKey(), count);
            consumers -= count;
        }
        counts.put("consumers", consumers);
        EntityMaker maker = new EntityMaker(catalog);
        for (EntityType type : catalog.entityTypes()) {
            if (counts.containsKey(type.name()) && !type.name().equals("plugins")) {
                models.put(type.name(), maker.make(type, JsonNodeFactory.instance.objectNode(), now));
            }
        }
        EntityType plugins = catalog.entityType("plugins").orElseThrow();
        Map.of("rate-limiting", "minute", "cors", "max_age", "request-size-limiting", "allowed_payload_size")
                .forEach((name, option) -> models.put(name, maker.make(plugins, plugin(name, option), now)));
    }

    private static ObjectNode plugin(String name, String option) {
        ObjectNode plugin = JsonNodeFactory.instance.objectNode().put("name", name);
        plugin.putObject("config").put(option, 600);
        return plugin;
    }

    long count(String type) {
        return counts.getOrDefault(type, 0L);
    }

    /** Gives the entities of the type, by their number. */
    void forEach(EntityType type, Consumer<? super Entity> consumer) {
        long count = count(type.name());
        for (long number = 0; number < count; number++) {
            consumer.accept(make(type, number));
        }
    }

    private Entity make(EntityType type, long number) {
        Entity.Builder entity = switch (type.name()) {
            case "consumers" -> consumer(number);
            case "services" -> service(number);
            case "routes" -> route(number);
            case "plugins" -> plugin(number);
            case "acls" -> ofConsumer("acls", number).put("group", text(GROUPS, number));
            case "basicauth_credentials" -> basicAuth(number);
            case "jwt_secrets" ->
                ofConsumer("jwt_secrets", number)
                        .put("key", Value.text(ids.hex("jwt key", number)))
                        .put("secret", Value.text(ids.hex("jwt secret", number)));
            case "keyauth_credentials" -> keyAuth(number);
            default -> throw new IllegalStateException("no filling of " + type);
        };
        entity.put("id", Value.text(ids.numbered(type.name(), number)));
        Value createdAt = Value.whole(now - DAY - ids.below(OLDEST, type.name(), number));
        for (Field field : type.fields()) {
            FieldSchema schema = field.schema();
            if (schema.timestamp() && schema.auto()) {
                entity.put(field, createdAt);
            }
        }
        if (number % TAGGED_ONE_IN == 0) {
            entity.put("tags", TAGS.get((int) (number / TAGGED_ONE_IN % TAGS.size())));
        }
        return entity.build();
    }

    private Entity.Builder consumer(long number) {
        Entity.Builder consumer = model("consumers");
        consumer.put("username", Value.text(name(number)));
        if (number % HAS_CUSTOM_ID_ONE_IN == 0) {
            consumer.put("custom_id", Value.text("C-" + number));
        }
        return consumer;
    }

    private Entity.Builder service(long number) {
        return model("services")
                .put("name", Value.text("service-" + number))
                .put("host", Value.text("service-" + number + ".internal.example.com"));
    }

    private Entity.Builder route(long number) {
        long services = count("services");
        return model("routes")
                .put("name", Value.text("route-" + number))
                .put("paths", texts("/filling/" + number))
                .put("service", Value.text(services == 0 ? coreService : ids.numbered("services", number % services)));
    }

    /** Every other on a consumer, the others on a route, so that no two of a name act in the same place. */
    private Entity.Builder plugin(long number) {
        long place = number / 2;
        if (number % 2 == 1 && place < count("routes")) {
            return model("cors").put("route", Value.text(ids.numbered("routes", place)));
        }
        return model(number % 2 == 1 ? "request-size-limiting" : "rate-limiting")
                .put("consumer", Value.text(ids.numbered("consumers", place)));
    }

    private Entity.Builder basicAuth(long number) {
        String consumer = consumerOf(number);
        return ofConsumer("basicauth_credentials", number)
                .put("username", Value.text(name(number)))
                .put("password", Value.text(Ids.hashed("password-" + number, consumer)));
    }

    private Entity.Builder keyAuth(long number) {
        Entity.Builder credential =
                ofConsumer("keyauth_credentials", number).put("key", Value.text(ids.hex("api key", number)));
        return number % EXPIRES_ONE_IN == 0
                ? credential.expiresAt(now + DAY + ids.below(LONGEST_TTL, "ttl", number))
                : credential;
    }

    private Entity.Builder ofConsumer(String type, long number) {
        return model(type).put("consumer", Value.text(consumerOf(number)));
    }

    private String consumerOf(long number) {
        return ids.numbered("consumers", number % count("consumers"));
    }

    private Entity.Builder model(String name) {
        return Optional.ofNullable(models.get(name)).orElseThrow().toBuilder();
    }

    private static String name(long number) {
        return GIVEN_NAMES.get((int) (number % GIVEN_NAMES.size())) + "." + number;
    }

    private static Value text(List<String> choice, long number) {
        return Value.text(choice.get((int) (number % choice.size())));
    }

    private static Value texts(String... texts) {
        List<Value> values = new ArrayList<>();
        Stream.of(texts).map(Value::text).forEach(values::add);
        return new Value.Sequence(values);
    }
}
