package io.keyferry.migrator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.migrator.run.RunStatus;
import io.keyferry.migrator.run.RunStatus.State;
import io.keyferry.migrator.run.RunStatus.StepStatus;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Where a run stands, for people and as JSON. */
final class StatusText {
    private static final JsonMapper JSON = new JsonMapper();
    private static final double MILLIS = 1000.0;

    private StatusText() {}

    static String of(RunStatus status) {
        StringBuilder text = new StringBuilder();
        text.append("Run    ").append(status.directory()).append("\n");
        text.append("       keyferry ").append(status.manifest().command());
        text.append(", begun ").append(status.manifest().started().truncatedTo(ChronoUnit.SECONDS));
        text.append(status.attempts() > 1 ? ", attempt " + status.attempts() : "")
                .append("\n");
        text.append("From   ").append(status.manifest().from()).append("\n");
        text.append("To     ").append(status.manifest().to()).append("\n");
        text.append("State  ").append(state(status)).append("\n");
        if (!status.steps().isEmpty()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n%-10s %-9s %12s %12s %9s %11s  %s%n",
                    "step",
                    "",
                    "entities",
                    "expected",
                    "seconds",
                    "entities/s",
                    "left"));
            status.steps().forEach(step -> text.append(line(step)));
        }
        if (!status.next().isEmpty()) {
            text.append("\n").append(status.next()).append("\n");
        }
        return text.toString();
    }

    private static String state(RunStatus status) {
        String process = status.process()
                .map(who -> "process " + who.pid() + " on " + who.host())
                .orElse("a process");
        if (status.alive()) {
            return process + " works on it";
        }
        String last = status.last()
                .map(at -> ", last heard of at " + at.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        return status.outcome()
                .map(outcome -> "ended: " + outcome)
                .orElse("dead: " + process + " ended without a word" + last);
    }

    private static String line(StepStatus step) {
        String state = switch (step.state()) {
            case RUNNING -> "running";
            case DONE -> "done";
            case CUT_SHORT -> "cut short";
        };
        return String.format(
                                Locale.ROOT,
                                "%-10s %-9s %,12d %12s %,9.1f %11s  %s",
                                step.step().label(),
                                state,
                                step.done(),
                                step.expected() == 0 ? "" : String.format(Locale.ROOT, "%,d", step.expected()),
                                step.seconds().toMillis() / MILLIS,
                                step.rate() == 0 ? "" : String.format(Locale.ROOT, "%,d", Math.round(step.rate())),
                                step.left().map(StatusText::clock).orElse(""))
                        .stripTrailing()
                + "\n";
    }

    private static String clock(Duration left) {
        return String.format(Locale.ROOT, "%d:%02d", left.toMinutes(), left.toSecondsPart());
    }

    static String json(RunStatus status) {
        return tree(status).toPrettyString();
    }

    /** As {@link #json}, on one line. */
    static String line(RunStatus status) {
        try {
            return JSON.writeValueAsString(tree(status));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode tree(RunStatus status) {
        ObjectNode json = JSON.createObjectNode();
        json.put("schema", "keyferry.status/1");
        json.put("directory", status.directory().toString());
        json.put("command", status.manifest().command());
        json.put("from", status.manifest().from());
        json.put("to", status.manifest().to());
        json.put("started", status.manifest().started().toString());
        json.put("attempts", status.attempts());
        json.put("alive", status.alive());
        status.process().ifPresent(who -> json.put("pid", who.pid()).put("host", who.host()));
        status.outcome().ifPresent(outcome -> json.put("outcome", outcome));
        status.last().ifPresent(at -> json.put("last", at.toString()));
        ArrayNode steps = json.putArray("steps");
        for (StepStatus step : status.steps()) {
            ObjectNode one = steps.addObject();
            one.put("name", step.step().label());
            one.put(
                    "state",
                    step.state() == State.CUT_SHORT
                            ? "cut short"
                            : step.state().name().toLowerCase(Locale.ROOT));
            one.put("entities", step.done());
            one.put("expected", step.expected());
            one.put("seconds", step.seconds().toMillis() / MILLIS);
            one.put("rate", step.rate());
            step.left().ifPresent(left -> one.put("secondsLeft", left.toSeconds()));
        }
        json.put("next", status.next());
        return json;
    }
}
