package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.migrator.PlainDocument.Stated;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Where a keyspace that we imported a document into may differ from Kong's, and what it must hold then.
 *
 * @param file what the document states
 * @param left what was left out of it before we imported it, since we refuse that
 * @param isExport whether the document is Kong's own export of its keyspace
 * @param isOnlyPart whether Kong's keyspace had further documents imported into it
 * @param kong Kong's keyspace, with our workspace's id
 */
record ImportAllowances(
        Catalog catalog,
        ImportFile file,
        ImportFile left,
        boolean isExport,
        boolean isOnlyPart,
        RecordedKeyspace kong,
        RecordedKeyspace ours,
        Instant began,
        Instant ended) {
    private static final int SLACK_SECONDS = 3;

    List<Allowance<RowDifference>> list() {
        List<Allowance<RowDifference>> list = new ArrayList<>();
        list.add(Identity.WORKSPACE);
        list.add(Identity.CLUSTER_ID);
        list.addAll(Tags.allowances(kong, ours, layout()));
        list.add(value("a time that the file does not state is that of our import", this::isOfImport));
        list.add(value("Kong's import overwrites updated_at, we keep what the file states", this::isKept));
        list.add(value("Kong's export states the default that Kong reads for a null", this::isStated));
        list.add(value("a secret's hash has a salt, which Kong draws by lot", this::hashesTheSame));
        list.add(value(
                "Kong's release of the plugin had keys more than the catalogue's, for which it reads defaults",
                this::lacksUnknownKeys));
        list.add(new Allowance<>(
                "we keep the time to live that the file states, Kong's import ignores it", this::livesAsStated));
        list.add(new Allowance<>(
                "both expire by the table's default, recorded some seconds after the import", this::livesByDefault));
        list.add(missing(
                "an entity that we refuse was left out of the file",
                difference -> stated(left, difference).isPresent()));
        list.add(missing(
                "Kong's export leaves this type out",
                difference -> isExport
                        && entity(difference)
                                .filter(type -> !type.exportedByKong()
                                        && stated(file, difference).isEmpty())
                                .isPresent()));
        list.add(missing(
                "came with another file of the case",
                difference -> isOnlyPart && stated(file, difference).isEmpty()));
        list.add(new Allowance<>(
                "Kong 2.1 drops targets of weight 0 on import, we keep them",
                difference -> difference.in("targets")
                        && difference.kind() == RowDifference.Kind.ADDED
                        && catalog.version().line().equals("2.1")
                        && difference.value("weight").asInt(-1) == 0));
        list.add(value(
                "Kong 3 puts a route's regular expressions before its other paths (T30)",
                difference -> difference.in("routes")
                        && difference.column().equals("paths")
                        && catalog.version().major() >= 3
                        && PlainDocument.unordered(difference.kong())
                                .equals(PlainDocument.unordered(difference.ours()))));
        return list;
    }

    private Layout layout() {
        return new Layout(catalog);
    }

    private static Allowance<RowDifference> value(String reason, Predicate<RowDifference> covers) {
        return new Allowance<>(
                reason, difference -> difference.kind() == RowDifference.Kind.VALUE && covers.test(difference));
    }

    private static Allowance<RowDifference> missing(String reason, Predicate<RowDifference> covers) {
        return new Allowance<>(
                reason, difference -> difference.kind() == RowDifference.Kind.MISSING && covers.test(difference));
    }

    /** The type of the row's entity; of a row of tags, that of the entity which has the tag. */
    private Optional<EntityType> entity(RowDifference difference) {
        return difference.in("tags")
                ? catalog.entityType(difference.value("entity_name").asText())
                : layout().type(difference.table());
    }

    private Optional<Stated> stated(ImportFile some, RowDifference difference) {
        EntityType type = entity(difference).orElse(null);
        if (type == null) {
            return Optional.empty();
        }
        if (!difference.in("tags")) {
            return difference.ourRow().or(difference::kongRow).flatMap(row -> some.of(type, row));
        }
        String id = difference.value("entity_id").asText();
        RecordedRow row = RowComparison.byKey(kong, type.table().name()).get(id);
        return row == null ? Optional.empty() : some.of(type, row);
    }

    private JsonNode statedValue(RowDifference difference) {
        String field = layout().field(difference.table(), difference.column())
                .map(Field::name)
                .orElse("");
        return stated(file, difference)
                .map(entity -> entity.fields().path(field))
                .orElse(Canonical.object(null));
    }

    private boolean isOfImport(RowDifference difference) {
        JsonNode stated = statedValue(difference);
        return layout().isTimeOfKong(difference.table(), difference.column())
                && (stated.isNull() || stated.isMissingNode())
                && Times.parsed(difference.ours())
                        .filter(time -> !time.isBefore(began.minusSeconds(1)) && !time.isAfter(ended))
                        .isPresent();
    }

    private boolean isKept(RowDifference difference) {
        return difference.column().equals("updated_at")
                && Times.ofSeconds(statedValue(difference)).equals(Times.parsed(difference.ours()));
    }

    /** Each side's hash is that of the file's secret with the side's own salt. */
    private boolean hashesTheSame(RowDifference difference) {
        JsonNode secret = statedValue(difference);
        return difference.in("oauth2_credentials")
                && difference.column().equals("client_secret")
                && secret.isTextual()
                && isHash(difference.kong().asText(), secret.textValue())
                && isHash(difference.ours().asText(), secret.textValue());
    }

    private static boolean isHash(String hash, String secret) {
        String[] parts = hash.split("\\$", -1);
        if (parts.length != 5 || !hash.startsWith("$pbkdf2-sha512$i=10000,l=32$")) {
            return false;
        }
        try {
            byte[] expected = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(new PBEKeySpec(
                            secret.toCharArray(), Base64.getDecoder().decode(parts[3]), 10_000, 256))
                    .getEncoded();
            return Arrays.equals(expected, Base64.getDecoder().decode(parts[4]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no PBKDF2", e);
        }
    }

    private boolean isStated(RowDifference difference) {
        JsonNode stated = Canonical.of(statedValue(difference));
        boolean grown = difference.kong().isNull()
                || (difference.column().equals("config") && contains(stated, difference.kong()));
        return isExport
                && grown
                && !Canonical.isNothing(stated)
                && difference.ours().equals(stated);
    }

    private static boolean contains(JsonNode whole, JsonNode part) {
        return part.equals(whole)
                || (part.isObject()
                        && whole.isObject()
                        && part.properties().stream()
                                .allMatch(member -> contains(whole.path(member.getKey()), member.getValue())));
    }

    private boolean lacksUnknownKeys(RowDifference difference) {
        if (!difference.in("plugins") || !(difference.kong() instanceof ObjectNode config)) {
            return false;
        }
        FieldSchema schema = catalog.plugin(difference.value("name").asText())
                .map(PluginSchema::config)
                .orElse(null);
        if (schema == null) {
            return false;
        }
        ObjectNode known = config.deepCopy();
        known.retain(schema.fields().stream().map(FieldSchema::name).toList());
        return difference.ours().equals(known);
    }

    private boolean livesAsStated(RowDifference difference) {
        return difference.kind() == RowDifference.Kind.TTL
                && stated(file, difference)
                        .map(entity -> entity.fields().path("ttl"))
                        .filter(ttl -> ttl.isInt() && runsDownFrom(ttl.intValue(), difference.ours()))
                        .isPresent();
    }

    private boolean livesByDefault(RowDifference difference) {
        int usual = catalog.table(difference.table())
                .map(table -> table.defaultTtl())
                .orElse(0);
        return difference.kind() == RowDifference.Kind.TTL
                && usual > 0
                && difference.kong().isInt()
                && stated(file, difference)
                        .filter(entity -> Canonical.isNothing(entity.fields().path("ttl")))
                        .isPresent()
                && runsDownFrom(usual, difference.ours());
    }

    private boolean runsDownFrom(int seconds, JsonNode left) {
        long elapsed = ended.getEpochSecond() - began.getEpochSecond() + SLACK_SECONDS;
        return left.isInt() && left.intValue() <= seconds && left.intValue() >= seconds - elapsed;
    }
}
