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
                Choices.REFUSE,
                Proving.ANEW);
    }

    /** The defaults, to be changed. */
    public static Builder builder() {
        return defaults().toBuilder();
    }

    /** These settings, to be changed. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The same at another pace. */
    public RunSettings withPacing(Pacing other) {
        return toBuilder().pacing(other).build();
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
        return toBuilder().patience(other).build();
    }

    /** The same with a verdict of another strength. */
    RunSettings withProving(Proving other) {
        return toBuilder().proving(other).build();
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

    /** Settings that are changed one by one, each as the component of the same name. Not thread-safe. */
    public static final class Builder {
        private Optional<KongVersion> fromKong;
        private Selection selection;
        private Optional<Set<String>> plugins;
        private int parallelism;
        private int requests;
        private Style style;
        private boolean intoExisting;
        private boolean allowRf1;
        private Optional<Consistency> readConsistency;
        private Optional<Consistency> writeConsistency;
        private Pacing pacing;
        private Patience patience;
        private Choices choices;
        private Proving proving;

        private Builder(RunSettings settings) {
            fromKong = settings.fromKong;
            selection = settings.selection;
            plugins = settings.plugins;
            parallelism = settings.parallelism;
            requests = settings.requests;
            style = settings.style;
            intoExisting = settings.intoExisting;
            allowRf1 = settings.allowRf1;
            readConsistency = settings.readConsistency;
            writeConsistency = settings.writeConsistency;
            pacing = settings.pacing;
            patience = settings.patience;
            choices = settings.choices;
            proving = settings.proving;
        }

        public Builder fromKong(Optional<KongVersion> other) {
            fromKong = other;
            return this;
        }

        public Builder selection(Selection other) {
            selection = other;
            return this;
        }

        public Builder plugins(Optional<Set<String>> other) {
            plugins = other;
            return this;
        }

        public Builder parallelism(int other) {
            parallelism = other;
            return this;
        }

        public Builder requests(int other) {
            requests = other;
            return this;
        }

        public Builder style(Style other) {
            style = other;
            return this;
        }

        public Builder intoExisting(boolean other) {
            intoExisting = other;
            return this;
        }

        public Builder allowRf1(boolean other) {
            allowRf1 = other;
            return this;
        }

        public Builder readConsistency(Optional<Consistency> other) {
            readConsistency = other;
            return this;
        }

        public Builder writeConsistency(Optional<Consistency> other) {
            writeConsistency = other;
            return this;
        }

        public Builder pacing(Pacing other) {
            pacing = other;
            return this;
        }

        public Builder patience(Patience other) {
            patience = other;
            return this;
        }

        public Builder choices(Choices other) {
            choices = other;
            return this;
        }

        public Builder proving(Proving other) {
            proving = other;
            return this;
        }

        public RunSettings build() {
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
                    proving);
        }
    }
}
