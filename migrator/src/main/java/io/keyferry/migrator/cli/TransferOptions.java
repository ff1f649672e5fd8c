package io.keyferry.migrator.cli;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.pace.Pacing;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Choices;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.RunSettings.Proving;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that move or compare entities. {@link Options} says which command has which. */
final class TransferOptions {
    /** A day; a run that was given up can be resumed. */
    private static final long MOST_SECONDS = 86_400;

    @Option(
            names = "--from-kong",
            paramLabel = "VERSION",
            description = "The Kong version of what is read, where it is not recognised")
    private @Nullable String fromKong;

    @Option(
            names = "--with",
            split = ",",
            paramLabel = "TYPE",
            description = "Types to take that are left out by default: sessions, oauth2_authorization_codes, ..., and"
                    + " counters of custom plugins by their table")
    private List<String> with = new ArrayList<>();

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "TYPE",
            description = "Types to leave out, tables of custom plugins, and enterprise for what is Kong Enterprise's")
    private List<String> without = new ArrayList<>();

    @Option(
            names = "--plugins",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Plugins that the target's Kong enables: bundled, and names of your own (default: plugins of the"
                            + " kong.conf, else bundled)")
    private List<String> plugins = new ArrayList<>();

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "" + RunSettings.DEFAULT_PARALLELISM,
            description = "How many parts of the tables are read at once (default: ${DEFAULT-VALUE})")
    private int parallelism = RunSettings.DEFAULT_PARALLELISM;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "" + RunSettings.DEFAULT_REQUESTS,
            description = "How many writes may be on their way at once (default: ${DEFAULT-VALUE})")
    private int requests = RunSettings.DEFAULT_REQUESTS;

    @Option(
            names = "--give-up-after",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to try again what fails for want of time or nodes (default: ${DEFAULT-VALUE})")
    private long giveUpAfter;

    @Option(
            names = "--style",
            paramLabel = "lines|block",
            defaultValue = "lines",
            description = "How kong.yml looks: one entity a line, or as Kong writes it (default: ${DEFAULT-VALUE})")
    private String style = "lines";

    @Option(
            names = "--into-existing",
            description = "The target may hold entities; those with the same id are overwritten")
    private boolean intoExisting;

    @Option(names = "--allow-rf1", description = "Let a new keyspace have one replica on several nodes")
    private boolean allowRf1;

    @Option(
            names = "--read-consistency",
            paramLabel = "LEVEL",
            description = "Of reads (default: LOCAL_QUORUM with a datacenter, else QUORUM)")
    private @Nullable String readConsistency;

    @Option(
            names = "--write-consistency",
            paramLabel = "LEVEL",
            description = "Of writes (default: LOCAL_QUORUM with a datacenter, else QUORUM)")
    private @Nullable String writeConsistency;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "At most so many entities a second are read or written on one cluster")
    private @Nullable Integer rate;

    @Option(
            names = "--max-latency",
            paramLabel = "TIME",
            description = "How long a read or write of one row may take on the clusters meanwhile: 20ms, or 3x for"
                    + " three times what it took at the start (default: 2x, but at least 10ms)")
    private @Nullable String maxLatency;

    @Option(names = "--full-speed", description = "Do not look at latency: for clusters that nobody else uses")
    private boolean fullSpeed;

    @Option(
            names = "--orphans",
            paramLabel = "refuse|drop|keep",
            defaultValue = "refuse",
            description = "Rows that refer to what does not exist: leave them out, or move them as they are"
                    + " (default: ${DEFAULT-VALUE})")
    private Choices.Orphans orphans = Choices.Orphans.REFUSE;

    @Option(
            names = "--strays",
            paramLabel = "refuse|drop|adopt",
            defaultValue = "refuse",
            description = "Rows of a workspace that does not exist: leave them out, or move them into the default one"
                    + " (default: ${DEFAULT-VALUE})")
    private Choices.Strays strays = Choices.Strays.REFUSE;

    @Option(
            names = "--duplicates",
            paramLabel = "refuse|newest",
            defaultValue = "refuse",
            description =
                    "Rows with a value that only one may have: move the newest of them (default: ${DEFAULT-VALUE})")
    private Choices.Duplicates duplicates = Choices.Duplicates.REFUSE;

    @Option(
            names = "--broken",
            paramLabel = "refuse|drop",
            defaultValue = "refuse",
            description = "Rows that cannot be read, or hold nothing but their key (default: ${DEFAULT-VALUE})")
    private Choices.Broken broken = Choices.Broken.REFUSE;

    @Option(
            names = "--workspace",
            split = ",",
            paramLabel = "NAME",
            description = "Only what belongs to these workspaces, and what belongs to none (default: all)")
    private List<String> workspaces = new ArrayList<>();

    @Option(
            names = "--extra-columns",
            paramLabel = "report|refuse",
            defaultValue = "report",
            description = "Columns that no Kong knows and the target lacks, where they hold values"
                    + " (default: ${DEFAULT-VALUE})")
    private Choices.ExtraColumns extraColumns = Choices.ExtraColumns.REPORT;

    @Option(
            names = "--default-workspace",
            paramLabel = "ID",
            description = "Which of several workspaces named default counts")
    private @Nullable UUID defaultWorkspace;

    @Option(
            names = "--paranoid",
            description = "Verify by two readings, the second backwards, in other slices and small pages")
    private boolean paranoid;

    @Option(
            names = "--verify",
            paramLabel = "anew|ride-along",
            defaultValue = "anew",
            description = "Read the source anew to verify, or take its digests from the export: that saves a reading,"
                    + " and sees no row that the export did not see (default: ${DEFAULT-VALUE})")
    private String verify = "anew";

    /** The settings that the options say, with the plugins of the target's kong.conf where no option names any. */
    RunSettings settings(Optional<KeyspaceAddress> target) {
        if (parallelism < 1 || requests < 1) {
            throw KeyferryException.usage("--parallelism and --in-flight take a number from 1");
        }
        if (giveUpAfter < 0 || giveUpAfter > MOST_SECONDS) {
            throw KeyferryException.usage("--give-up-after takes seconds from 0 to " + MOST_SECONDS);
        }
        return RunSettings.builder()
                .fromKong(fromKong())
                .selection(new Selection(new HashSet<>(with), new HashSet<>(without)))
                .plugins(plugins(target))
                .parallelism(parallelism)
                .requests(requests)
                .style(style())
                .intoExisting(intoExisting)
                .allowRf1(allowRf1)
                .readConsistency(consistency("--read-consistency", readConsistency))
                .writeConsistency(consistency("--write-consistency", writeConsistency))
                .pacing(pacing())
                .patience(new Patience(Duration.ofSeconds(giveUpAfter)))
                .choices(new Choices(
                        orphans,
                        strays,
                        duplicates,
                        broken,
                        extraColumns,
                        new HashSet<>(workspaces),
                        Optional.ofNullable(defaultWorkspace)))
                .proving(new Proving(paranoid, rideAlong()))
                .build();
    }

    private boolean rideAlong() {
        return switch (verify) {
            case "anew" -> false;
            case "ride-along" -> true;
            default -> throw KeyferryException.usage("--verify takes anew or ride-along, not '" + verify + "'");
        };
    }

    Optional<KongVersion> fromKong() {
        return Optional.ofNullable(fromKong).map(text -> version("--from-kong", text));
    }

    private Pacing pacing() {
        if (rate != null && rate < 1) {
            throw KeyferryException.usage("--rate takes a number from 1");
        }
        if (fullSpeed && maxLatency != null) {
            throw KeyferryException.usage("--full-speed lifts the limit that --max-latency sets: say one of them");
        }
        OptionalInt most = rate == null ? OptionalInt.empty() : OptionalInt.of(rate);
        if (fullSpeed) {
            return new Pacing(most, new Pacing.NoLimit());
        }
        return new Pacing(
                most,
                maxLatency == null
                        ? Pacing.DEFAULT.budget()
                        : Pacing.parse(maxLatency)
                                .orElseThrow(() -> KeyferryException.usage(
                                        "--max-latency takes a time such as 20ms, or 3x, not '" + maxLatency + "'")));
    }

    private Style style() {
        return switch (style) {
            case "lines" -> Style.LINES;
            case "block" -> Style.BLOCK;
            default -> throw KeyferryException.usage("--style takes lines or block, not '" + style + "'");
        };
    }

    /** {@code bundled} stands for all bundled plugins; empty says the same. */
    private Optional<Set<String>> plugins(Optional<KeyspaceAddress> target) {
        List<String> named = plugins.isEmpty()
                ? target.flatMap(address -> address.kong().plugins()).orElse(List.of())
                : plugins;
        return named.isEmpty() ? Optional.empty() : Optional.of(new HashSet<>(named));
    }

    private static Optional<Consistency> consistency(String option, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(Consistency.parse(text)
                .orElseThrow(() -> KeyferryException.usage(
                        option + " takes a level such as QUORUM or LOCAL_QUORUM, not '" + text + "'")));
    }

    static KongVersion version(String option, String text) {
        try {
            return KongVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw KeyferryException.usage(option + ": " + e.getMessage());
        }
    }
}
