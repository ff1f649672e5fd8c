package io.keyferry.migrator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.run.KeyspaceBootstrap;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Clock;
import java.util.Optional;
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
            "Example:",
            "  keyferry bootstrap --to 'cassandra://10.0.0.1/kong_28?datacenter=dc1&replication=dc1:3' --kong 2.8"
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
