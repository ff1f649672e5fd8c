package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.cli.OutputOptions.Listening;
import io.keyferry.migrator.run.FailedStart;
import io.keyferry.migrator.run.Migration;
import io.keyferry.migrator.run.RunContext;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import io.keyferry.migrator.run.WorkDirectory;
import io.keyferry.rehearsal.CassandraCluster;
import io.keyferry.rehearsal.CassandraSettings;
import io.keyferry.rehearsal.RehearsalException;
import io.keyferry.verifier.report.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyferry rehearse}. */
@Command(
        name = "rehearse",
        customSynopsis = "keyferry rehearse [--from PLACE] [--kong VERSION] [OPTION...]",
        description = "Does a migration into an embedded Cassandra that is thrown away, and so is kong.yml.",
        footer = {
            "",
            "The keyspace of --from is only read. Without --from, a built-in sample is migrated, as Kong 2.0 or the",
            "version of --from-kong keeps it.",
            "",
            "Examples:",
            "  keyferry rehearse",
            "  keyferry rehearse --from /etc/kong/kong.conf --kong 2.8",
            "  keyferry rehearse --entities 100000",
            "  keyferry rehearse --from-kong 2.1 --kong 2.7"
        })
final class RehearseCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RehearseCommand.class);
    /** Two keyspaces of Kong take about 60 MB of a node's heap before the first row. */
    private static final int NODE_MEGABYTES = 1_024;

    private static final String OLD = "kong_old";
    private static final String NEW = "kong_new";

    @Mixin
    private PlaceOptions.MaybeFrom from = new PlaceOptions.MaybeFrom();

    @Option(
            names = "--kong",
            paramLabel = "VERSION",
            defaultValue = "2.8",
            description = "The Kong to migrate to (default: ${DEFAULT-VALUE})")
    private String kong = "";

    @Option(
            names = "--entities",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many entities the built-in sample has at least (default: about 200)")
    private long entities;

    @Option(names = "--keep", description = "Keep kong.yml in the work directory")
    private boolean keep;

    @Mixin
    private TransferOptions transfer = new TransferOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() throws IOException {
        output.configureLog();
        if (from.isGiven() && entities > 0) {
            throw KeyferryException.usage("--entities sizes the built-in sample, and --from names a real source");
        }
        KongVersion version = TransferOptions.version("--kong", kong);
        Optional<KeyspaceAddress> source = from.address();
        RunSettings asked = transfer.settings(Optional.empty());
        RunSettings settings =
                source.isPresent() ? asked : asked.withPacing(asked.pacing().withoutBudget());
        try (Measuring measuring = metrics.begin();
                WorkDirectory work = output.workDirectory()) {
            RunResult result = measuring.ended(rehearse(source, version, settings, work, measuring));
            boolean gone = !keep && work.removeDocument();
            ExitCode code = output.print(result, work);
            if (result.report().outcome() == Outcome.EQUAL) {
                Logging.say("This was a rehearsal: the new keyspace is gone"
                        + (keep ? "." : ", and so is kong.yml (--keep keeps it)."));
            }
            if (gone && result.report().outcome() == Outcome.REFUSED) {
                Logging.say("The kong.yml that this is about is gone. To look at it, run again with --keep.");
            }
            return code.code();
        }
    }

    private RunResult rehearse(
            Optional<KeyspaceAddress> source,
            KongVersion version,
            RunSettings settings,
            WorkDirectory work,
            Measuring measuring) {
        String place = source.map(KeyspaceAddress::describe).orElse("the built-in sample");
        try (CassandraCluster node = start()) {
            KeyspaceAddress old = source.orElseGet(() -> sample(node, settings));
            try (Listening listening = output.listening()) {
                return new Migration(
                                old,
                                keyspace(node, NEW),
                                version,
                                settings,
                                work,
                                output.context(
                                        measuring.and(listening.listener()),
                                        measuring.connector(),
                                        OutputOptions::show))
                        .rehearse();
            }
        } catch (KeyferryException e) {
            RunContext context = output.context(TransferListener.NONE, OutputOptions::show);
            return FailedStart.tell(work, context, place, "an embedded Cassandra", e);
        }
    }

    private KeyspaceAddress sample(CassandraCluster node, RunSettings settings) {
        KeyspaceAddress address = keyspace(node, OLD);
        KongVersion old = settings.fromKong().orElse(SampleSource.VERSION);
        SampleSource sample = new SampleSource(address, old, entities, Clock.systemUTC());
        LOG.info("writing a sample of {} entities, as Kong {} keeps them", sample.size(), old.line());
        sample.write(settings);
        return address;
    }

    private static CassandraCluster start() {
        LOG.info("starting an embedded Cassandra");
        long began = System.nanoTime();
        try {
            CassandraCluster node =
                    CassandraCluster.start(CassandraSettings.defaults().withHeapMegabytes(NODE_MEGABYTES));
            LOG.info(
                    "Cassandra {} answers after {} s",
                    node.version(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0);
            return node;
        } catch (RehearsalException e) {
            throw new KeyferryException(Kind.TARGET, String.valueOf(e.getMessage()), e);
        }
    }

    private static KeyspaceAddress keyspace(CassandraCluster node, String name) {
        InetSocketAddress contact = node.contactPoints().get(0);
        return KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(name)
                .datacenter(node.datacenter())
                .replication(new Replication.Simple(1))
                .build();
    }
}
