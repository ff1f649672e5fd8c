package io.keyferry.migrator.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes {@code progress.json} every second for {@code keyferry status}: how far each step of this attempt is. Nothing
 * leans on it, so it is not forced to disk, and a disk that does not take it stops nothing. Thread-safe.
 */
final class ProgressFile implements TransferListener, AutoCloseable {
    static final String NAME = "progress.json";
    private static final JsonMapper JSON = new JsonMapper();

    /** How far a step is; {@code first} is what was done when it was looked at first, a second or so after it began. */
    private static final class Going {
        private final Instant began = Instant.now();
        private final LongAdder done = new LongAdder();
        private volatile long expected;
        private long first = -1;
        private Instant firstAt = began;
    }

    /**
     * How far a step was when the file was written.
     *
     * @param rate entities a second
     */
    record Progress(Instant at, long done, long expected, double rate) {}

    private final WorkDirectory work;
    private final Map<Step, Going> steps = new EnumMap<>(Step.class);
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyferry-status");
        thread.setDaemon(true);
        return thread;
    });

    /** Begins to write. */
    ProgressFile(WorkDirectory work) {
        this.work = work;
        var unused = ticker.scheduleWithFixedDelay(this::write, 1, 1, TimeUnit.SECONDS);
    }

    private synchronized Going of(Step step) {
        return steps.computeIfAbsent(step, begun -> new Going());
    }

    @Override
    public void started(Step step, Map<String, Long> expected) {
        of(step).expected =
                expected.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void done(Step step, String type, long entities, long bytes) {
        of(step).done.add(entities);
    }

    private synchronized void write() {
        Instant now = Instant.now();
        ObjectNode file = JSON.createObjectNode();
        file.put("at", now.toString());
        ObjectNode all = file.putObject("steps");
        steps.forEach((step, going) -> {
            long done = going.done.sum();
            if (going.first < 0) {
                going.first = done;
                going.firstAt = now;
            }
            double seconds = (now.toEpochMilli() - going.firstAt.toEpochMilli()) / 1000.0;
            all.putObject(step.label())
                    .put("done", done)
                    .put("expected", going.expected)
                    .put("rate", seconds > 0 ? (done - going.first) / seconds : 0);
        });
        try {
            work.replace(NAME, JSON.writeValueAsBytes(file));
        } catch (IOException e) {
            // Who asks for the status sees when it was written last.
        }
    }

    /** How far a step was; empty when nobody has written it yet. */
    static Optional<Progress> read(Path directory, Step step) {
        try {
            JsonNode file = JSON.readTree(Files.readAllBytes(directory.resolve(NAME)));
            JsonNode found = file.path("steps").path(step.label());
            return found.isMissingNode()
                    ? Optional.empty()
                    : Optional.of(new Progress(
                            Instant.parse(file.path("at").asText()),
                            found.path("done").asLong(),
                            found.path("expected").asLong(),
                            found.path("rate").asDouble()));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
