package io.keyferry.keyspace.catalog;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kong Gateway release such as {@code 2.8.5}. Layouts differ between release lines ({@code 2.8}), never between
 * patches of one line, so two versions of one line have the same catalogue.
 */
public record KongVersion(int major, int minor, int patch) implements Comparable<KongVersion> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,3}))?");
    private static final Comparator<KongVersion> ORDER = Comparator.comparingInt(KongVersion::major)
            .thenComparingInt(KongVersion::minor)
            .thenComparingInt(KongVersion::patch);

    /**
     * Parses {@code 2.8} or {@code 2.8.5}; a missing patch is 0.
     *
     * @throws IllegalArgumentException when the text has another form
     */
    public static KongVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a Kong version: expected a form such as 2.8 or 2.8.5");
        }
        String patch = matcher.group(3);
        return new KongVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    /** The release line, {@code 2.8} for {@code 2.8.5}. */
    public String line() {
        return major + "." + minor;
    }

    public boolean sameLine(KongVersion other) {
        return major == other.major && minor == other.minor;
    }

    /** Whether this version's line is the given one or a later one; patches do not count. */
    public boolean isLineAtLeast(KongVersion other) {
        return major != other.major ? major > other.major : minor >= other.minor;
    }

    @Override
    public int compareTo(KongVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
