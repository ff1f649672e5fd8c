package io.keyferry.migrator.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.model.EntityKey;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.keyspace.upgrade.Mending;
import io.keyferry.migrator.plan.Plan;
import io.keyferry.verifier.report.Forecast;
import io.keyferry.verifier.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A plan that was agreed to, as a record of the journal: what a resumed run cannot find out anew, since its target is no
 * longer as it was, and what must stay as it was decided: which rows of the source are mended. Stateless.
 */
final class PlanNote {
    private static final JsonMapper JSON = new JsonMapper();

    private PlanNote() {}

    static ObjectNode of(Plan plan, Mending mending) {
        ObjectNode note = Journal.details();
        note.set("from", side(plan.from()));
        note.set("to", side(plan.to()));
        note.put("entities", plan.totalRows());
        plan.bootstrap().ifPresent(made -> made.options().forEach(note.withObject("/bootstrap")::put));
        ArrayNode ledger = note.putArray("ledger");
        plan.ledger().forEach(line -> ledger.add(JSON.<JsonNode>valueToTree(line)));
        plan.warnings().forEach(note.putArray("warnings")::add);
        plan.forecast().ifPresent(forecast -> note.set("forecast", forecast(forecast)));
        note.set("orphans", keys(mending.orphans()));
        note.set("duplicates", keys(mending.duplicates()));
        return note;
    }

    /** How the target's keyspace is to be made; empty where it stood before. */
    static Optional<Replication> bootstrap(JsonNode note) {
        Map<String, String> options = new HashMap<>();
        note.path("bootstrap")
                .properties()
                .forEach(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        return options.isEmpty() ? Optional.empty() : Optional.of(Replication.of(options));
    }

    static Report.Side from(JsonNode note) {
        return side(note.path("from"));
    }

    static Report.Side to(JsonNode note) {
        return side(note.path("to"));
    }

    static List<Report.LedgerLine> ledger(JsonNode note) {
        List<Report.LedgerLine> ledger = new ArrayList<>();
        for (JsonNode line : note.path("ledger")) {
            try {
                ledger.add(JSON.treeToValue(line, Report.LedgerLine.class));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a line of the ledger in the journal: " + line, e);
            }
        }
        return ledger;
    }

    static List<String> warnings(JsonNode note) {
        List<String> warnings = new ArrayList<>();
        note.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        return warnings;
    }

    /** The mending that the plan found necessary. */
    static Mending mending(JsonNode note, Choices choices, KongKeyspace source) {
        return new Mending(choices, source.workspaces(), keys(note.path("orphans")), keys(note.path("duplicates")));
    }

    /** How long the run was expected to take, when it began. */
    static Optional<Forecast> forecast(JsonNode note) {
        JsonNode noted = note.path("forecast");
        if (noted.isMissingNode()) {
            return Optional.empty();
        }
        Map<String, Duration> steps = new LinkedHashMap<>();
        noted.path("steps").forEachEntry((step, millis) -> steps.put(step, Duration.ofMillis(millis.asLong())));
        List<String> assumptions = new ArrayList<>();
        noted.path("assumptions").forEach(assumption -> assumptions.add(assumption.asText()));
        return Optional.of(new Forecast(
                steps,
                noted.path("rows").asLong(),
                noted.path("bytes").asLong(),
                Duration.ofMillis(noted.path("reading").asLong()),
                assumptions));
    }

    private static ObjectNode forecast(Forecast forecast) {
        ObjectNode note = Journal.details();
        ObjectNode steps = note.putObject("steps");
        forecast.steps().forEach((step, time) -> steps.put(step, time.toMillis()));
        note.put("rows", forecast.rows());
        note.put("bytes", forecast.bytes());
        note.put("reading", forecast.reading().toMillis());
        ArrayNode assumptions = note.putArray("assumptions");
        forecast.assumptions().forEach(assumptions::add);
        return note;
    }

    private static ObjectNode side(Report.Side side) {
        ObjectNode note = Journal.details();
        note.put("place", side.place());
        side.kong().ifPresent(version -> note.put("kong", version));
        side.cassandra().ifPresent(version -> note.put("cassandra", version));
        return note;
    }

    private static Report.Side side(JsonNode note) {
        return new Report.Side(
                note.path("place").asText(),
                Optional.ofNullable(note.path("kong").textValue()),
                Optional.ofNullable(note.path("cassandra").textValue()));
    }

    /** By type, as {@code {"routes": ["id", ...]}}. */
    private static ObjectNode keys(Set<EntityKey> keys) {
        ObjectNode types = Journal.details();
        keys.forEach(key -> types.withArray(key.type()).add(key.id()));
        return types;
    }

    private static Set<EntityKey> keys(JsonNode types) {
        Set<EntityKey> keys = new HashSet<>();
        types.properties()
                .forEach(type -> type.getValue().forEach(id -> keys.add(new EntityKey(type.getKey(), id.asText()))));
        return keys;
    }
}
