package io.keyferry.migrator.progress;

import io.keyferry.migrator.progress.StepProgress.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a step looks on a terminal: a bar with rate and remaining time, or, where no end is known, what was done so far.
 * On a narrow terminal what matters least goes first; of a reason to wait, what stands before a colon stays longest.
 */
final class BarText {
    private static final int WIDEST_BAR = 40;
    private static final int NARROWEST_BAR = 8;
    private static final double MILLIS = 1000.0;
    private static final long MINUTE = 60;
    private static final long HOUR = 3600;

    private BarText() {}

    /** A step that goes on, in one line of this width. */
    static String of(View view, int width) {
        boolean bar = view.expected() > 0;
        String name = String.format(Locale.ROOT, "%-9s", view.step().label());
        String count = bar
                ? String.format(Locale.ROOT, "%,d of %,d", view.done(), Math.max(view.done(), view.expected()))
                : view.done() > 0 ? String.format(Locale.ROOT, "%,d", view.done()) : time(view.elapsed());
        String rate = view.done() > 0 ? String.format(Locale.ROOT, "%,d/s", Math.round(view.rate())) : "";
        String left = view.left().map(time -> clock(time) + " left").orElse("");
        String inFlight = view.inFlight() > 0 ? view.inFlight() + " in flight" : "";
        String reason = view.reason().orElse("");
        String brief = reason.replaceFirst(":.*", "");
        // From all of it to the least, until it fits.
        List<List<String>> choices = List.of(
                parts(count, rate, left, inFlight, reason),
                parts(count, rate, left, reason),
                parts(count, left, reason),
                parts(count, reason),
                parts(count, rate, left, brief),
                parts(count, left, brief),
                parts(count, brief));
        for (List<String> parts : choices) {
            String text = String.join(", ", parts);
            int room = width - name.length() - text.length() - 4;
            if (bar && room >= NARROWEST_BAR) {
                return padded(name + " " + bar(view, Math.min(WIDEST_BAR, room)) + " " + text, width);
            }
            if (!bar && name.length() + 1 + text.length() <= width) {
                return padded(name + " " + text, width);
            }
        }
        String least = name + " " + String.join(", ", choices.get(choices.size() - 1));
        return padded(least, width);
    }

    /** A step that is over. */
    static String ofEnded(View view, int width) {
        String name = String.format(Locale.ROOT, "%-9s %s", view.step().label(), time(view.elapsed()));
        double seconds = Math.max(1, view.elapsed().toMillis()) / MILLIS;
        String done = view.done() == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d entities, %,d/s", view.done(), Math.round(view.done() / seconds));
        String retries = view.retries() == 0 ? "" : String.format(Locale.ROOT, ", %,d retries", view.retries());
        return padded(name + done + retries, width);
    }

    private static List<String> parts(String... all) {
        List<String> parts = new ArrayList<>(List.of(all));
        parts.removeIf(String::isEmpty);
        return parts;
    }

    private static String bar(View view, int width) {
        long all = Math.max(view.done(), view.expected());
        int filled = (int) (width * view.done() / all);
        return "[" + "=".repeat(filled) + " ".repeat(width - filled) + "]";
    }

    private static String time(Duration elapsed) {
        return String.format(Locale.ROOT, "%5.1f s", elapsed.toMillis() / MILLIS);
    }

    /** {@code 0:07}, {@code 12:07} or {@code 3:12:07}. */
    static String clock(Duration time) {
        long seconds = time.toSeconds();
        return seconds < HOUR
                ? String.format(Locale.ROOT, "%d:%02d", seconds / MINUTE, seconds % MINUTE)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE);
    }

    private static String padded(String text, int width) {
        return text.length() > width ? text.substring(0, Math.max(0, width)) : text + " ".repeat(width - text.length());
    }
}
