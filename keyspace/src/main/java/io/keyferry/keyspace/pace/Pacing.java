package io.keyferry.keyspace.pace;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user asks of the pace. Immutable.
 *
 * @param rate the most entities a second that are read or written on one cluster; empty for any number
 * @param budget how slow a live cluster may become
 */
public record Pacing(OptionalInt rate, Budget budget) {
    /** Twice the latency at the start, and any rate. */
    public static final Pacing DEFAULT = new Pacing(OptionalInt.empty(), new TimesBaseline(2));

    /** For clusters that nobody else uses. */
    public static final Pacing FULL_SPEED = new Pacing(OptionalInt.empty(), new NoLimit());

    /** Differences of milliseconds on a fast cluster are noise, and no gateway feels them: it reads when its cache misses. */
    public static final Duration FLOOR = Duration.ofMillis(10);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)(ms|s|x)");
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double NANOS_PER_MILLI = 1e6;

    /** How long a read or a write of one row may take on a cluster while we work on it. */
    public sealed interface Budget {}

    /** Any time. */
    public record NoLimit() implements Budget {}

    /** So many times what it took at the start, and at least {@link #FLOOR}. */
    public record TimesBaseline(double factor) implements Budget {}

    /** So long. */
    public record Most(Duration latency) implements Budget {}

    /** Reads {@code 20ms}, {@code 0.5s}, or {@code 3x} for three times the baseline; empty for anything else. */
    public static Optional<Budget> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(matcher.group(1));
        if (matcher.group(2).equals("x")) {
            return number < 1 ? Optional.empty() : Optional.of(new TimesBaseline(number));
        }
        double millis = matcher.group(2).equals("s") ? number * MILLIS_PER_SECOND : number;
        return millis <= 0
                ? Optional.empty()
                : Optional.of(new Most(Duration.ofNanos((long) (millis * NANOS_PER_MILLI))));
    }

    /** The same rate with no budget, for a cluster that is thrown away. */
    public Pacing withoutBudget() {
        return new Pacing(rate, new NoLimit());
    }

    /** Whether latency is looked at at all. */
    public boolean limitsLatency() {
        return !(budget instanceof NoLimit);
    }

    /** How long a request may take, given what it took at the start; empty for any time. */
    public OptionalLong nanos(long baselineNanos) {
        if (budget instanceof TimesBaseline times) {
            return OptionalLong.of(Math.max(FLOOR.toNanos(), (long) (baselineNanos * times.factor())));
        }
        return budget instanceof Most most ? OptionalLong.of(most.latency().toNanos()) : OptionalLong.empty();
    }
}
