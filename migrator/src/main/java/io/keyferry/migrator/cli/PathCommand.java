package io.keyferry.migrator.cli;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.upgrade.Topology;
import io.keyferry.keyspace.upgrade.UpgradePath;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keyferry path}. */
@Command(
        name = "path",
        customSynopsis = "keyferry path --from-kong VERSION --kong VERSION [--topology TOPOLOGY] [--json]",
        description = "The upgrade path between two Kong versions in place, hop by hop, and what each hop asks for."
                + " Connects to nothing.",
        footer = {
            "",
            "The hops are those of Kong's upgrade guides. Dump and restore ('keyferry migrate') crosses several of",
            "them at once; what a hop asks of people, it still asks of them then.",
            "",
            "Example:",
            "  keyferry path --from-kong 2.6.1 --kong 3.1 --topology hybrid"
        })
final class PathCommand implements Callable<Integer> {
    @Option(
            names = "--from-kong",
            required = true,
            paramLabel = "VERSION",
            description = "The Kong that runs now, such as 2.0.5")
    private String from = "";

    @Option(
            names = "--kong",
            required = true,
            paramLabel = "VERSION",
            description = "The Kong that is to run, such as 2.8")
    private String to = "";

    @Option(
            names = "--topology",
            paramLabel = "TOPOLOGY",
            defaultValue = "traditional",
            description = "traditional, hybrid or dbless (default: ${DEFAULT-VALUE})")
    private String topology = "";

    @Option(names = "--json", description = "Print the result as one JSON document on stdout")
    private boolean json;

    @Override
    public Integer call() {
        UpgradePath path = UpgradePath.between(
                TransferOptions.version("--from-kong", from),
                TransferOptions.version("--kong", to),
                topology(topology));
        PathText.print(path, json, System.out);
        return ExitCode.DONE.code();
    }

    static Topology topology(String text) {
        return Topology.parse(text)
                .orElseThrow(() -> KeyferryException.usage("--topology takes "
                        + Arrays.stream(Topology.values()).map(Topology::label).collect(Collectors.joining(", "))
                        + ", not '" + text + "'"));
    }
}
