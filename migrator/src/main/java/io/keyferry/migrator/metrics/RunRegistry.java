package io.keyferry.migrator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Holds the meters of one run, ours and the driver's. The driver takes its own away when a session is closed; what they
 * counted stays here, since a run's last values are read after it closed its sessions. Thread-safe.
 */
final class RunRegistry extends PrometheusMeterRegistry {
    static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final String SESSION = "session";
    private static final String OF_SESSIONS = "keyferry-";

    RunRegistry(String schedule) {
        super(PrometheusConfig.DEFAULT);
        config().commonTags("schedule", schedule).meterFilter(sideForSession());
    }

    /** The driver tags with its session's name; people think of sides. */
    private static MeterFilter sideForSession() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                @Nullable String session = id.getTag(SESSION);
                if (session == null || !session.startsWith(OF_SESSIONS)) {
                    return id;
                }
                Tags tags = Tags.of(id.getTags().stream()
                        .map(tag -> tag.getKey().equals(SESSION)
                                ? Tag.of("side", session.substring(OF_SESSIONS.length()))
                                : tag)
                        .toList());
                return new Meter.Id(
                        id.getName(), tags, id.getBaseUnit(), "As the Cassandra driver tells it", id.getType());
            }
        };
    }

    /** Removes gauges only: what they would read is gone. */
    @Override
    public @Nullable Meter remove(Meter meter) {
        return meter instanceof Gauge ? super.remove(meter) : null;
    }

    /** All values now. */
    byte[] read(String format) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            scrape(text, format);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toByteArray();
    }
}
