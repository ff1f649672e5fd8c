package io.keyferry.migrator.run;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Patience;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.keyspace.document.Style;
import io.keyferry.keyspace.pace.Pacing;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.upgrade.Choices;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is the same for all commands that move or compare. Immutable.
 *
 * @param fromKong the source's version, where the user says it
 * @param plugins what the target's Kong enables, as its kong.conf says it ({@code bundled} stands for all bundled
 *     ones); empty for all bundled ones
 * @param parallelism how many slices are worked on at once
 * @param requests how many writes may be on their way at once
 * @param pacing how fast clusters may be worked on
 * @param patience with requests that fail for want of time or nodes
 * @param choices what is done with rows of the source that are not as they should be
 * @param proving how strong the verdict is to be
 */
public record RunSettings(
        Optional<KongVersion> fromKong,
        Selection selection,
        Optional<Set<String>> plugins,
        int parallelism,
        int requests,
        Style style,
        boolean intoExisting,
        boolean allowRf1,
        Optional<Consistency> readConsistency,
        Optional<Consistency> writeConsistency,
        Pacing pacing,
        Patience patience,
        Choices choices,
        Proving proving) {

    /**
     * How strong the verdict is to be.
     *
     * @param paranoid whether both sides are read a second time, in another manner
     * @param rideAlong whether the source's digests are taken from the export instead of reading it anew
     */
    public record Proving(boolean paranoid, boolean rideAlong) {
        /** Both sides are read anew, once. */
        public static final Proving ANEW = new Proving(false, false);
    }

    /** Settings with the usual patience and a verdict of the usual strength. */
    public RunSettings(
            Optional<KongVersion> fromKong,
            Selection selection,
            Optional<Set<String>> plugins,
            int parallelism,
            int requests,
            Style style,
            boolean intoExisting,
            boolean allowRf1,
            Optional<Consistency> readConsistency,
            Optional<Consistency> writeConsistency,
            Pacing pacing,
            Choices choices) {
        this(
                fromKong,
                selection,
                plugins,
                parallelism,
                requests,
                style,
                intoExisting,
                allowRf1,
                readConsistency,
                writeConsistency,
                pacing,
                Patience.DEFAULT,
                choices);
    }

    /** Settings with a verdict of the usual strength. */
    public RunSettings(
            Optional<KongVersion> fromKong,
            Selection selection,
            Optional<Set<String>> plugins,
            int parallelism,
            int requests,
            Style style,
            boolean intoExisting,
            boolean allowRf1,
            Optional<Consistency> readConsistency,
            Optional<Consistency> writeConsistency,
            Pacing pacing,
            Patience patience,
            Choices choices) {
        this(
                fromKong,
                selection,
                plugins,
                parallelism,
                requests,
                style,
                intoExisting,
                allowRf1,
                readConsistency,
                writeConsistency,
                pacing,
                patience,
                choices,
                Proving.ANEW);
    }

    /** The same with a verdict of another strength. */
    public RunSettings proving(Proving how) {
        return new RunSettings(
                fromKong,
                selection,
                plugins,
                parallelism,
                requests,
                style,
                intoExisting,
                allowRf1,
                readConsistency,
                writeConsistency,
                pacing,
                patience,
                choices,
                how);
    }

    private static final String BUNDLED = "bundled";

    /** What may be otherwise in a later attempt of the same run. */
    private static final Set<String> FREE = Set.of("parallelism", "requests", "pacing", "patience");

    /** Two cores are the least that we count on; more slices than that keep the cluster busy. */
    public static final int DEFAULT_PARALLELISM = 4;

    public static final int DEFAULT_REQUESTS = 256;

    /** What is done unless the user says otherwise; with no limit of the pace, which is the command line's to set. */
    public static RunSettings defaults() {
        return new RunSettings(
                Optional.empty(),
                Selection.DEFAULT,
                Optional.empty(),
                DEFAULT_PARALLELISM,
                DEFAULT_REQUESTS,
                Style.LINES,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Pacing.FULL_SPEED,
                Patience.DEFAULT,
                Choices.REFUSE);
    }

    /** The same at another pace. */
    public RunSettings withPacing(Pacing other) {
        return with(other, patience);
    }

    /**
     * What decides on the outcome of a run, by name: another attempt of the same run must have the same. Only how much
     * is done at once may change.
     */
    public Map<String, String> facts() {
        Map<String, String> facts = texts(this);
        facts.keySet().removeAll(FREE);
        return facts;
    }

    private static Map<String, String> texts(Record record) {
        Map<String, String> texts = new TreeMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                texts.put(component.getName(), text(component.getAccessor().invoke(record)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return texts;
    }

    /** The same text for equal values, in every process: the order of a set is not. */
    private static String text(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(RunSettings::text).orElse("not said");
        }
        if (value instanceof Set<?> set) {
            return set.stream().map(RunSettings::text).sorted().toList().toString();
        }
        if (value instanceof Selection || value instanceof Choices || value instanceof Proving) {
            return texts((Record) value).toString();
        }
        return String.valueOf(value);
    }

    /** The same with other patience. */
    RunSettings withPatience(Patience other) {
        return with(pacing, other);
    }

    private RunSettings with(Pacing pace, Patience waiting) {
        return new RunSettings(
                fromKong,
                selection,
                plugins,
                parallelism,
                requests,
                style,
                intoExisting,
                allowRf1,
                readConsistency,
                writeConsistency,
                pace,
                waiting,
                choices,
                proving);
    }

    /** A place that is asked as patiently as these settings say. */
    KeyspaceAddress patiently(KeyspaceAddress place) {
        return place.toBuilder().patience(patience).build();
    }

    /** The same for what may be a file. */
    Place patiently(Place place) {
        return place instanceof Place.Keyspace keyspace ? new Place.Keyspace(patiently(keyspace.address())) : place;
    }

    /** The plugins whose rows of {@code schema_meta} are written; empty for all bundled ones. */
    public Optional<Set<String>> onlyPlugins() {
        return plugins.filter(enabled -> !enabled.contains(BUNDLED));
    }

    /** The plugins that are not bundled but installed on the target. */
    public Set<String> customPlugins() {
        return plugins.orElse(Set.of());
    }
}
