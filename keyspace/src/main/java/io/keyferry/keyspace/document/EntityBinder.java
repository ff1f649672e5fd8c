package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.FieldSchema;
import io.keyferry.keyspace.catalog.FieldType;
import io.keyferry.keyspace.catalog.PluginSchema;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes entities of a document's entries: fills in what Kong would, and checks each by itself as Kong would. Immutable
 * and thread-safe.
 *
 * <p>Entries of a document that Keyferry wrote stay exactly as they are ({@link DocumentHeader#exact()}): nothing is
 * filled in but a missing id, and a null on a required field with a default is no problem, since keyspaces that were
 * upgraded in place hold such nulls and Kong reads the default in their place.
 *
 * <p>Stricter than Kong: a key, secret or token that a file leaves out is a problem, where Kong would make up another one
 * on each import. Uniqueness and references are not checked here.
 */
public final class EntityBinder {
    private static final String BUNDLED = "bundled";
    private static final long LONGEST_TTL = 100_000_000;
    /** Columns of times count milliseconds in 64 bits. */
    private static final double LATEST_SECOND = Long.MAX_VALUE / 1000.0 - 1;

    private final DocumentDialect dialect;
    private final DocumentHeader header;
    private final Instant now;
    private final Set<String> plugins;
    private final Optional<UUID> defaultWorkspace;

    /**
     * @param now what {@code created_at} and {@code updated_at} become where a document states none, and what a bare
     *     {@code ttl} counts from
     * @param plugins the names that Kong's setting {@code plugins} enables, where {@code bundled} stands for all bundled
     *     ones; empty for just those. The configuration of a plugin that is not bundled is taken as it is
     */
    public EntityBinder(DocumentDialect dialect, DocumentHeader header, Instant now, Set<String> plugins) {
        this.dialect = requireNonNull(dialect, "dialect is null");
        this.header = requireNonNull(header, "header is null");
        this.now = requireNonNull(now, "now is null");
        this.plugins = Set.copyOf(plugins);
        defaultWorkspace = header.provenance().flatMap(Provenance::defaultWorkspace);
    }

    /**
     * The entity that an entry states. Empty where there were problems; all that were found have gone to the consumer,
     * each with file, line, entity, field and remedy, and none with a secret.
     */
    public Optional<BoundEntity> bind(DocumentEntry entry, Consumer<String> problems) {
        return new Binding(entry, problems).bind();
    }

    private final class Binding {
        private final DocumentEntry entry;
        private final EntityType type;
        private final Consumer<String> problems;
        private final List<Reference> references = new ArrayList<>();
        /** The entry's own until the first change. */
        private Map<String, Value> fields;

        private boolean copied;
        private final @Nullable PluginSchema plugin;
        private final boolean exact = header.exact();
        private boolean good = true;

        Binding(DocumentEntry entry, Consumer<String> problems) {
            this.entry = entry;
            this.type = entry.type();
            this.problems = problems;
            fields = entry.fields().values();
            plugin = plugin();
        }

        /** The fields, to be changed. */
        private Map<String, Value> changing() {
            if (!copied) {
                fields = new LinkedHashMap<>(fields);
                copied = true;
            }
            return fields;
        }

        private void put(String name, Value value) {
            if (!value.equals(fields.get(name))) {
                changing().put(name, value);
            }
        }

        private void problem(String path, String what) {
            good = false;
            problems.accept(entry.place() + ": field '" + path + "' " + what);
        }

        Optional<BoundEntity> bind() {
            takeParent();
            takeIds();
            if (!exact) {
                complete();
            }
            put(type.primaryKey(), EntityIds.of(entry));
            Entity.Builder entity = Entity.builder(type);
            takeExpiry(entity);
            refuseUnknown();
            FieldValidator validator = new FieldValidator(exact, this::problem);
            for (Field field : type.fields()) {
                entity.put(field, value(field, validator));
            }
            checkAcross();
            entity.workspace(workspace().orElse(null));
            return good ? Optional.of(new BoundEntity(entity.build(), references)) : Optional.empty();
        }

        private Optional<UUID> workspace() {
            return entry.workspace().isPresent() || !type.workspaceable() ? entry.workspace() : defaultWorkspace;
        }

        private @Nullable PluginSchema plugin() {
            if (!type.name().equals("plugins") || !(fields.get("name") instanceof Value.Text name)) {
                return null;
            }
            PluginSchema schema = dialect.catalog().plugin(name.value()).orElse(null);
            boolean bundledOnes = plugins.isEmpty() || plugins.contains(BUNDLED);
            if (schema != null && !bundledOnes && !plugins.contains(name.value())) {
                problem(
                        "name",
                        "is the plugin '" + name.value() + "', which is not among the enabled ones ("
                                + Labels.shortened(String.join(", ", new TreeSet<>(plugins)))
                                + "): Kong would refuse the file; add it to --plugins and to the plugins of the"
                                + " kong.conf, or remove the entity");
            }
            if (schema == null && !plugins.contains(name.value())) {
                problem(
                        "name",
                        "is the plugin '" + Labels.shortened(name.value())
                                + "', which is not bundled with Kong "
                                + dialect.catalog().version().line() + ": if it is installed there, name it with"
                                + " --plugins bundled," + Labels.shortened(name.value())
                                + "; else remove the entity");
            }
            return schema;
        }

        private void takeParent() {
            DocumentEntry.Parent parent = entry.parent().orElse(null);
            if (parent == null) {
                return;
            }
            if (parent.entry().parent().isPresent() && !dialect.catalog().takesGrandchildren()) {
                good = false;
                problems.accept(entry.place() + ": stands two levels deep, which Kong before 2.4 takes or refuses by"
                        + " chance: move it to the top level, with its field '" + parent.field() + "'");
            }
            if (changing().put(parent.field(), EntityIds.of(parent.entry())) != null) {
                problem(
                        parent.field(),
                        "is stated although the entity stands inside "
                                + Labels.of(
                                        parent.entry().type(),
                                        parent.entry().fields().values()::get)
                                + ": remove the field");
            }
        }

        /** From Kong 3.0 on, a file may refer to an entity as a mapping of its id, too. */
        private void takeIds() {
            if (!dialect.takesReferenceMappings()) {
                return;
            }
            for (Field field : type.foreignFields()) {
                if (fields.get(field.name()) instanceof Value.Mapping reference
                        && reference.values().size() == 1
                        && reference.values().get("id") instanceof Value.Text id) {
                    put(field.name(), id);
                }
            }
        }

        /** What Kong does to an entity of a file before it checks it. */
        private void complete() {
            Shorthands shorthands = new Shorthands(this::problem);
            if (type.shorthands().stream()
                    .anyMatch(shorthand -> shorthand.name().equals("url"))) {
                shorthands.service(changing());
            }
            if (type.name().equals("upstreams")) {
                shorthands.upstream(changing());
            }
            if (type.name().equals("targets") && fields.get("target") instanceof Value.Text address) {
                put("target", Value.text(TargetAddress.formed(address.value())));
            }
            if (plugin != null && fields.get("config") instanceof Value.Mapping config) {
                put("config", shorthands.plugin(plugin, config));
            }
            for (Field field : type.fields()) {
                Value filled = Defaults.filled(schema(field), fields.get(field.name()));
                if (filled != null) {
                    put(field.name(), filled);
                }
                if (field.schema().auto() && field.schema().timestamp()) {
                    fillTime(field);
                }
            }
        }

        private void fillTime(Field field) {
            Value given = fields.get(field.name());
            if (given == null || given == Value.NULL) {
                put(
                        field.name(),
                        field.type() == FieldType.INTEGER
                                ? Value.whole(now.getEpochSecond())
                                : Value.number(now.toEpochMilli() / 1000.0));
            }
        }

        /** The field's schema; a plugin has its own of some fields. */
        private FieldSchema schema(Field field) {
            if (plugin == null) {
                return field.schema();
            }
            if (field.name().equals("config")) {
                return plugin.config();
            }
            for (FieldSchema override : plugin.overrides()) {
                if (override.name().equals(field.name())) {
                    return override;
                }
            }
            return field.schema();
        }

        private void takeExpiry(Entity.Builder entity) {
            // Kong 2.0 writes ttl and then refuses its own file; nothing is gained by doing the same.
            Value ttl = type.ttlColumn().isPresent() && fields.containsKey("ttl")
                    ? changing().remove("ttl")
                    : null;
            if (entry.expires().isPresent()) {
                entity.expiresAt(entry.expires().getAsLong());
            } else if (ttl instanceof Value.Whole seconds && seconds.value() >= 0 && seconds.value() <= LONGEST_TTL) {
                if (seconds.value() > 0) {
                    entity.expiresAt(now.getEpochSecond() + seconds.value());
                }
            } else if (ttl != null && ttl != Value.NULL) {
                problem("ttl", "must be a whole number of seconds from 0 to " + LONGEST_TTL + ": correct it");
            }
        }

        private void refuseUnknown() {
            for (String name : fields.keySet()) {
                if (name.equals("_comment") || name.equals("_ignore")) {
                    problem(
                            name,
                            name.equals("_comment") ? "is no string: put it in quotes" : "is no list: make it one");
                } else if (type.field(name).isEmpty()) {
                    problem(
                            Labels.shortened(name),
                            "is unknown to Kong " + dialect.catalog().version().line()
                                    + ": remove it or correct its name");
                }
            }
        }

        private @Nullable Value value(Field field, FieldValidator validator) {
            FieldSchema schema = schema(field);
            Value value = fields.get(field.name());
            if (value == null) {
                requireAbsent(field, schema);
                return null;
            }
            if (!schema.constraints().path("abstract").asBoolean()) {
                validator.check(schema, field.name().equals("config") ? readConfig(value) : value, field.name());
            }
            checkColumn(field, value);
            if (field.type() == FieldType.FOREIGN && value instanceof Value.Text text) {
                if (FieldValidator.isUuid(text.value())) {
                    return Value.text(Defaults.lowerCase(text.value()));
                }
                references.add(new Reference(field, text.value()));
                return null;
            }
            return value;
        }

        /** Kong's whole numbers are doubles; the column holds less, and Kong would stop there half-way in its import. */
        private void checkColumn(Field field, Value value) {
            if (field.cqlType().equals("int")
                    && value instanceof Value.Whole whole
                    && whole.value() != (int) whole.value()) {
                problem(
                        field.name(),
                        "must be from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE
                                + ", which is what its column holds, but is " + whole.value() + ": correct it");
            } else if (field.cqlType().equals("timestamp") && seconds(value) > LATEST_SECOND) {
                problem(field.name(), "is a time that its column does not hold: write seconds since 1970");
            }
        }

        private static double seconds(Value value) {
            if (value instanceof Value.Whole whole) {
                return whole.value();
            }
            return value instanceof Value.Fraction fraction ? fraction.value() : 0;
        }

        /** A keyspace may hold old names in a plugin's configuration, which Kong translates on reading. */
        private Value readConfig(Value config) {
            return exact && plugin != null && config instanceof Value.Mapping mapping
                    ? new Shorthands((path, what) -> {}).plugin(plugin, mapping)
                    : config;
        }

        private void requireAbsent(Field field, FieldSchema schema) {
            if (schema.required() && !(exact && schema.defaultValue() != null)) {
                problem(field.name(), "is missing, but required: give it a value");
            } else if (!exact && FieldValidator.madeUp(schema)) {
                problem(
                        field.name(),
                        "is missing, and Kong would make up a new random value on each import: give it a value");
            }
        }

        /** Kong's checks take a null for every value at once, but what a keyspace holds as null means the default. */
        private void defaultsForNulls() {
            for (Field field : type.fields()) {
                if (fields.get(field.name()) == Value.NULL && field.schema().defaultValue() != null) {
                    put(field.name(), Value.of(field.schema().defaultValue()));
                }
            }
        }

        private void checkAcross() {
            Value config = fields.get("config");
            if (config != null) {
                put("config", readConfig(config));
            }
            if (exact) {
                defaultsForNulls();
            }
            EntityChecks checks = new EntityChecks(fields, this::problem);
            checks.check(type.checks());
            if (plugin != null) {
                checks.check(plugin.checks());
            }
            if (type.name().equals("routes")) {
                checks.checkRoute();
            }
            if (!exact) {
                checkInCode();
            }
        }

        /** Checks that Kong has in code. A keyspace may hold what they refuse; Kong runs on with it, and so do we. */
        private void checkInCode() {
            Value.Mapping all = new Value.Mapping(fields);
            TextForms forms = new TextForms(this::problem);
            forms.checkEntity(type.name(), all);
            if (plugin != null) {
                forms.checkPlugin(plugin.name(), all);
            }
            CertificateChecks certificates = new CertificateChecks(all, this::problem);
            switch (type.name()) {
                case "routes" -> checkPaths();
                case "certificates" -> certificates.pairs();
                case "ca_certificates" -> certificates.authority(now);
                default -> {
                    // Nothing more.
                }
            }
        }

        private void checkPaths() {
            if (!(fields.get("paths") instanceof Value.Sequence paths)) {
                return;
            }
            boolean marked = DocumentDialect.marksRegexPaths(header.formatVersion());
            for (int i = 0; i < paths.values().size(); i++) {
                String violation = paths.values().get(i) instanceof Value.Text path
                        ? TextForms.routePath(path.value(), marked)
                        : null;
                if (violation != null) {
                    problem("paths[" + i + "]", "must " + violation + ": correct it");
                }
            }
        }
    }
}
