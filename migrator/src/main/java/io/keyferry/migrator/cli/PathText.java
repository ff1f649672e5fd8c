package io.keyferry.migrator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.upgrade.Hop;
import io.keyferry.keyspace.upgrade.Topology;
import io.keyferry.keyspace.upgrade.UpgradePath;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/** An upgrade path, for people or as JSON. */
final class PathText {
    private PathText() {}

    static void print(UpgradePath path, boolean json, PrintStream out) {
        if (json) {
            json(path, out);
        } else {
            out.print(text(path));
        }
        out.flush();
    }

    private static String text(UpgradePath path) {
        StringBuilder text = new StringBuilder();
        PlanText.paragraph(text, "Path", path.label() + ", " + path.topology().label());
        if (path.hops().isEmpty()) {
            PlanText.paragraph(text, "", "one release line: start the new version, nothing has to be migrated");
            return text.toString();
        }
        for (Hop hop : path.hops()) {
            text.append('\n');
            PlanText.paragraph(text, "Hop", hop.label());
            hop.atLeast()
                    .ifPresent(minimum -> PlanText.paragraph(
                            text,
                            UpgradePath.isTooOld(path.from(), hop) ? "First" : "From",
                            "take the old side to " + minimum.version() + " or later, " + minimum.why()));
            PlanText.paragraph(text, "How", how(path, hop));
            for (Hop.Ask ask : hop.asks()) {
                PlanText.paragraph(text, ask.byKeyferry() ? "Data" : "By hand", ask.what());
            }
        }
        text.append('\n');
        for (int i = 0; i < path.order().size(); i++) {
            PlanText.paragraph(
                    text,
                    i == 0 ? "In place" : "",
                    (i + 1) + ". " + path.order().get(i));
        }
        PlanText.paragraph(text, "Together", path.sideBySide());
        if (isCarried(path.from(), path.to(), path.topology())) {
            PlanText.paragraph(
                    text,
                    "At once",
                    "keyferry migrate --from PLACE --to PLACE --kong "
                            + path.to().line()
                            + " goes the whole way by dump and restore, into a new keyspace, and does what is named"
                            + " under Data; the old keyspace stays as it is. What is to be done by hand stays to be"
                            + " done.");
        }
        return text.toString();
    }

    private static String how(UpgradePath path, Hop hop) {
        if (path.topology() == Topology.DBLESS) {
            return "with a kong.yml for Kong " + hop.to().line();
        }
        return "in place with 'kong migrations up' and 'finish' of Kong "
                + hop.to().line()
                + (isCarried(hop.from(), hop.to(), path.topology()) ? ", or dump and restore with Keyferry" : "");
    }

    /** Whether Keyferry can take a keyspace from one of the lines to the other. */
    private static boolean isCarried(KongVersion from, KongVersion to, Topology topology) {
        return topology != Topology.DBLESS && isKnown(from) && isKnown(to);
    }

    private static boolean isKnown(KongVersion version) {
        return Catalog.known().stream().anyMatch(version::sameLine);
    }

    private static void json(UpgradePath path, PrintStream out) {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("schema", "keyferry.path/1");
            json.writeStringField("from", path.from().toString());
            json.writeStringField("kong", path.to().toString());
            json.writeStringField("topology", path.topology().label());
            json.writeArrayFieldStart("hops");
            for (Hop hop : path.hops()) {
                write(json, path, hop);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("order");
            for (String step : path.order()) {
                json.writeString(step);
            }
            json.writeEndArray();
            json.writeStringField("side_by_side", path.sideBySide());
            json.writeBooleanField("keyferry", isCarried(path.from(), path.to(), path.topology()));
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(JsonGenerator json, UpgradePath path, Hop hop) throws IOException {
        json.writeStartObject();
        json.writeStringField("from", hop.from().line());
        json.writeStringField("kong", hop.to().line());
        json.writeBooleanField("keyferry", isCarried(hop.from(), hop.to(), path.topology()));
        if (hop.atLeast().isPresent()) {
            json.writeStringField("at_least", hop.atLeast().get().version().toString());
            json.writeStringField("at_least_why", hop.atLeast().get().why());
            json.writeBooleanField("too_old", UpgradePath.isTooOld(path.from(), hop));
        }
        json.writeArrayFieldStart("asks");
        for (Hop.Ask ask : hop.asks()) {
            json.writeStartObject();
            json.writeStringField("by", ask.byKeyferry() ? "keyferry" : "you");
            json.writeStringField("what", ask.what());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
