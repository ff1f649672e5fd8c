package io.keyferry.migrator.run;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.pace.AdaptivePace;
import io.keyferry.keyspace.pace.AdaptivePace.Kind;
import io.keyferry.keyspace.pace.Pacing;
import io.keyferry.migrator.schema.TargetSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Holds the clusters of one run to their pace: each cluster within its own budget, and source and target together where
 * they are one cluster. To be used by one thread.
 */
final class Paces implements AutoCloseable {
    /** The keys that writes which measure the latency go to in turn: enough to ask all nodes of most clusters. */
    private static final int TOUCHED = 16;

    private final RunSettings settings;
    private final TransferListener listener;
    private final List<LatencyWatch> watches = new ArrayList<>();
    private @Nullable ReadSession source;
    private @Nullable AdaptivePace sourcePace;
    private final Map<String, String> limits = new TreeMap<>();

    Paces(RunSettings settings, TransferListener listener) {
        this.settings = requireNonNull(settings, "settings is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /** Holds a keyspace that is only read, from before anything else is asked of it. */
    void hold(ReadSession read) {
        if (isWithSource(read)) {
            read.keepTo(requireNonNull(sourcePace));
            return;
        }
        Optional<AdaptivePace> pace =
                pace(settings.pacing(), "the " + read.side().noun());
        pace.ifPresent(adaptive -> {
            read.keepTo(adaptive);
            watch(adaptive, Kind.READ, read::touch);
        });
        if (source == null) {
            source = read;
            sourcePace = pace.orElse(null);
        }
    }

    private boolean isWithSource(ReadSession other) {
        return source != null && sourcePace != null && source.cluster().isSameClusterAs(other.cluster());
    }

    /**
     * Holds a keyspace that is written; its table {@code locks} must exist.
     *
     * @param reader of the same keyspace
     * @param thrownAway whether nobody else can be using its cluster
     */
    void hold(TargetSession target, ReadSession reader, boolean thrownAway) {
        boolean together = isWithSource(reader);
        Optional<AdaptivePace> pace = together
                ? Optional.ofNullable(sourcePace)
                : pace(thrownAway ? settings.pacing().withoutBudget() : settings.pacing(), "the target");
        pace.ifPresent(adaptive -> {
            target.keepTo(adaptive);
            reader.keepTo(adaptive);
            if (!together) {
                watch(adaptive, Kind.READ, reader::touch);
            }
            AtomicInteger number = new AtomicInteger();
            watch(adaptive, Kind.WRITE, () -> target.touch(number.getAndIncrement() % TOUCHED));
        });
    }

    private Optional<AdaptivePace> pace(Pacing pacing, String where) {
        if (!pacing.limitsLatency() && pacing.rate().isEmpty()) {
            return Optional.empty();
        }
        int most = settings.requests() + 2 * settings.parallelism();
        return Optional.of(new AdaptivePace(where, pacing, most, why -> tell(where, why), System::nanoTime));
    }

    /** What limits the run on any of its clusters. */
    private synchronized void tell(String where, String why) {
        limits.put(where, why);
        limits.values().removeIf(String::isEmpty);
        listener.paced(String.join("; ", limits.values()));
    }

    private void watch(AdaptivePace pace, Kind kind, Runnable request) {
        if (pace.limitsLatency()) {
            watches.add(LatencyWatch.start(pace, kind, request));
        }
    }

    @Override
    public void close() {
        watches.forEach(LatencyWatch::close);
        listener.paced("");
    }
}
