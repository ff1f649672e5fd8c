package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code keyferry sample}: makes an old keyspace to try things with, the one that {@code rehearse} starts from. Not shown
 * in the help, since nobody needs it beside a real keyspace; {@code docker/compose.yaml} does.
 */
@Command(
        name = "sample",
        hidden = true,
        customSynopsis = "keyferry sample --to PLACE [--kong VERSION] [--entities N] [--yes]",
        description = "Makes a keyspace with made-up entities, as an old Kong keeps them, to try things with.",
        footer = {
            "",
            "A keyspace that exists is refused.",
            "",
            "Example:",
            "  keyferry sample --to cassandra://127.0.0.1/kong --kong 2.0 --entities 20000 --yes"
        })
final class SampleCommand implements Callable<Integer> {
    @Mixin
    private PlaceOptions.To to = new PlaceOptions.To();

    @Option(
            names = "--kong",
            paramLabel = "VERSION",
            defaultValue = "2.0",
            description = "The Kong whose layout it has (default: ${DEFAULT-VALUE})")
    private String kong = "";

    @Option(
            names = "--entities",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many entities there are at least (default: about 200)")
    private long entities;

    @Mixin
    private ConsentOptions consent = new ConsentOptions();

    @Override
    public Integer call() {
        KeyspaceAddress address = to.address();
        KongVersion version = TransferOptions.version("--kong", kong);
        SampleSource sample = new SampleSource(address, version, entities, Clock.systemUTC());
        consent.agreed("Make " + address.describe() + " with " + sample.size() + " made-up entities?");
        sample.write(RunSettings.defaults());
        Logging.say(address.describe() + " holds a sample of " + sample.size() + " entities of Kong " + version.line());
        return ExitCode.DONE.code();
    }
}
