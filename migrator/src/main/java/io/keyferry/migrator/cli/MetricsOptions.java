package io.keyferry.migrator.cli;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.metrics.RunMetrics;
import io.keyferry.verifier.report.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options on metrics. Without any of them nothing is measured. */
final class MetricsOptions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern PORT = Pattern.compile("(?:(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+):)?([0-9]{1,5})");
    private static final int MOST_PORT = 65_535;

    /** What runs are called that nobody scheduled. */
    private static final String BY_HAND = "manual";

    /** What becomes of pushed metrics when the run is over. */
    enum Afterwards {
        KEEP,
        DELETE
    }

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            defaultValue = BY_HAND,
            description = "What metrics call the runs of this schedule (default: ${DEFAULT-VALUE})")
    private String schedule = BY_HAND;

    @Option(
            names = "--metrics-port",
            paramLabel = "[HOST:]PORT",
            description =
                    "Let Prometheus scrape /metrics there during the run; of this machine only, unless a HOST says"
                            + " otherwise (0.0.0.0 for all); 0 takes a free port")
    private @Nullable String port;

    @Option(
            names = "--metrics-push",
            paramLabel = "URL",
            description = "Push metrics to a Pushgateway every ten seconds and at the end")
    private @Nullable String push;

    @Option(
            names = "--metrics-push-after",
            paramLabel = "keep|delete",
            defaultValue = "keep",
            description = "What becomes of the pushed metrics after the run (default: ${DEFAULT-VALUE})")
    private Afterwards afterwards = Afterwards.KEEP;

    @Option(
            names = "--metrics-file",
            paramLabel = "FILE",
            description = "Write metrics for node_exporter, every ten seconds and at the end; FILE ends in .prom")
    private @Nullable Path file;

    @Option(
            names = "--metrics-linger",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "After the run, wait so long for one last scrape, or before pushed metrics are deleted"
                    + " (default: ${DEFAULT-VALUE})")
    private long linger;

    /**
     * Begins to measure, if anybody wants to know.
     *
     * @throws KeyferryException (USAGE) when an option says what cannot be
     */
    Measuring begin() {
        if (!NAME.matcher(schedule).matches()) {
            throw KeyferryException.usage(
                    "--schedule takes letters, digits, dots, dashes and underscores, not '" + schedule + "'");
        }
        if (linger < 0) {
            throw KeyferryException.usage("--metrics-linger takes a number of seconds from 0");
        }
        Optional<InetSocketAddress> address = Optional.ofNullable(port).map(MetricsOptions::address);
        Optional<URI> gateway = Optional.ofNullable(push).map(MetricsOptions::gateway);
        if (file != null && !file.toString().endsWith(".prom")) {
            throw KeyferryException.usage("--metrics-file takes a file that ends in .prom, since node_exporter reads no"
                    + " other, not '" + file + "'");
        }
        if (address.isEmpty() && gateway.isEmpty() && file == null) {
            return new Measuring(Optional.empty());
        }
        return new Measuring(Optional.of(RunMetrics.begin(new RunMetrics.Settings(
                spec.name(),
                schedule,
                Arrays.stream(Outcome.values()).map(Outcome::label).toList(),
                address,
                Duration.ofSeconds(linger),
                gateway,
                afterwards == Afterwards.DELETE,
                Optional.ofNullable(file),
                Clock.systemUTC()))));
    }

    private static InetSocketAddress address(String text) {
        Matcher parts = PORT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > MOST_PORT) {
            throw KeyferryException.usage(
                    "--metrics-port takes a port such as 9464, or HOST:PORT such as 0.0.0.0:9464, not '" + text + "'");
        }
        int number = Integer.parseInt(parts.group(2));
        if (parts.group(1) == null) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), number);
        }
        InetSocketAddress address = new InetSocketAddress(parts.group(1).replaceAll("[\\[\\]]", ""), number);
        if (address.isUnresolved()) {
            throw KeyferryException.usage("--metrics-port: there is no host '" + parts.group(1) + "'");
        }
        return address;
    }

    private static URI gateway(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told below: the message of the parser says less.
        }
        throw KeyferryException.usage(
                "--metrics-push takes the URL of a Pushgateway such as http://pushgateway:9091, without a query");
    }
}
