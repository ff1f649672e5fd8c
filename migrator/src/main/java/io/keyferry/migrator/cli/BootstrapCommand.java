package io.keyferry.migrator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.run.BootstrapUndo;
import io.keyferry.migrator.run.KeyspaceBootstrap;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyferry bootstrap}. */
@Command(
        name = "bootstrap",
        customSynopsis = "keyferry bootstrap --to PLACE --kong VERSION [OPTION...]",
        description = "Makes an empty keyspace that a Kong version accepts as up to date.",
        footer = {
            "",
            "Examples:",
            "  keyferry bootstrap --to 'cassandra://10.0.0.1/kong_28?datacenter=dc1&replication=dc1:3' --kong 2.8",
            "  keyferry bootstrap --undo --to cassandra://10.0.0.1/kong_28 --kong 2.8"
        })
final class BootstrapCommand implements Callable<Integer> {
    @Mixin
    private PlaceOptions.To to = new PlaceOptions.To();

    @Option(
            names = "--kong",
            required = true,
            paramLabel = "VERSION",
            description = "The Kong that will run on it, such as 2.8")
    private String kong = "";

    @Option(
            names = "--undo",
            description = "Remove the keyspace again that a run has made and not released; nothing of anybody else's")
    private boolean undo;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private ConsentOptions consent = new ConsentOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        output.configureLog();
        KeyspaceAddress target = to.address();
        Catalog catalog = Catalog.forVersion(TransferOptions.version("--kong", kong));
        if (undo) {
            return undo(target, catalog);
        }
        KeyspaceBootstrap bootstrap = new KeyspaceBootstrap(
                target,
                catalog,
                transfer.settings(Optional.of(target)),
                "keyferry " + OutputOptions.who(),
                Clock.systemUTC());
        String plan = "keyspace " + target.keyspace() + " at " + target.describe() + " for Kong "
                + catalog.version().line() + ": " + catalog.tables().size() + " tables, replication "
                + bootstrap.check().toCql();
        if (consent.dryRun()) {
            Logging.say("Would make " + plan);
            print(target, catalog, Optional.empty());
            return ExitCode.DONE.code();
        }
        Logging.say("Makes " + plan);
        consent.agreed("Go on?");
        print(target, catalog, Optional.of(bootstrap.run()));
        return ExitCode.DONE.code();
    }

    private int undo(KeyspaceAddress target, Catalog catalog) throws IOException {
        Optional<String> removed = new BootstrapUndo(
                        target,
                        catalog,
                        transfer.settings(Optional.of(target)),
                        "keyferry " + OutputOptions.who() + ", undo " + UUID.randomUUID())
                .run(what -> {
                    Logging.say((consent.dryRun() ? "Would remove " : "Removes ") + what + ", at " + target.describe());
                    return !consent.dryRun() && consent.agreed("Go on?");
                });
        if (output.json()) {
            StringWriter text = new StringWriter();
            try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
                json.useDefaultPrettyPrinter();
                json.writeStartObject();
                json.writeStringField("schema", "keyferry.undo/1");
                json.writeStringField("keyspace", target.describe());
                json.writeBooleanField("removed", removed.isPresent());
                json.writeEndObject();
            }
            System.out.println(text);
        } else {
            System.out.println(removed.map(what -> "Removed " + what + ".")
                    .orElse("Nothing stands against it, and nothing was removed."));
        }
        System.out.flush();
        return ExitCode.DONE.code();
    }

    private void print(KeyspaceAddress target, Catalog catalog, Optional<Replication> made) throws IOException {
        if (output.json()) {
            StringWriter text = new StringWriter();
            try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
                json.useDefaultPrettyPrinter();
                json.writeStartObject();
                json.writeStringField("schema", "keyferry.bootstrap/1");
                json.writeStringField("keyspace", target.describe());
                json.writeStringField("kong", catalog.version().toString());
                json.writeBooleanField("made", made.isPresent());
                json.writeEndObject();
            }
            System.out.println(text);
        } else if (made.isPresent()) {
            System.out.println("Made keyspace " + target.keyspace() + " for Kong "
                    + catalog.version().line() + ". 'kong migrations list' should say that it is up to date.");
        } else {
            System.out.println("Nothing stands against it, and nothing was written.");
        }
        System.out.flush();
    }
}
