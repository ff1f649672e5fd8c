package io.keyferry.keyspace.upgrade;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.catalog.Field;
import io.keyferry.keyspace.catalog.Storage;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.EntityKey;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings rows of a scarred keyspace into the form of a sound one, or leaves them out, as the user chose; before any rule
 * of an upgrade. Export and verification go through the same object, so that what is left out on the way is not
 * expected on the target. Immutable and thread-safe.
 *
 * <p>Two things are done without being asked, since Kong does them itself: Kong 2.1.1 makes null of the values
 * {@code <workspace>:$(VALUE)} that the migration of 2.1.0 had made of null, and every Kong reads a unique value
 * without the workspace's id before it, whichever workspace that is.
 */
public final class Mending {
    /** For sources without rows to mend, such as a document. */
    static final Mending NONE = new Mending(Choices.REFUSE, List.of(), Set.of(), Set.of());

    /** What is counted as S1 to S3, in one sentence each. */
    static final Map<String, String> SUMMARIES = Map.of(
            "S1", "rows of a workspace that does not exist go to the default one (--strays adopt)",
            "S2", "what Kong 2.1.0's migration made of a null is null again",
            "S3", "a unique value loses the id of another workspace before it");

    private static final String LOST_NULL = "$(VALUE)";
    private static final int PREFIX = 37;

    private final Choices choices;
    private final Set<UUID> workspaces;
    private final Set<UUID> selected;
    private final Optional<UUID> defaultWorkspace;
    private final Set<EntityKey> orphans;
    private final Set<EntityKey> duplicates;

    /**
     * A mending of one keyspace.
     *
     * @param workspaces all that count; none before Kong 2.1
     * @param orphans rows that refer to what is not moved
     * @param duplicates rows that must give way to a newer one with the same unique value
     */
    public Mending(Choices choices, List<Workspace> workspaces, Set<EntityKey> orphans, Set<EntityKey> duplicates) {
        this.choices = requireNonNull(choices, "choices is null");
        this.workspaces = workspaces.stream().map(Workspace::id).collect(Collectors.toUnmodifiableSet());
        selected = workspaces.stream()
                .filter(workspace -> choices.workspaces().contains(workspace.name()))
                .map(Workspace::id)
                .collect(Collectors.toUnmodifiableSet());
        defaultWorkspace = defaultOf(workspaces);
        this.orphans = Set.copyOf(orphans);
        this.duplicates = Set.copyOf(duplicates);
    }

    private static Optional<UUID> defaultOf(List<Workspace> workspaces) {
        List<UUID> defaults = workspaces.stream()
                .filter(Workspace::isDefault)
                .map(Workspace::id)
                .toList();
        return defaults.size() == 1 ? Optional.of(defaults.get(0)) : Optional.empty();
    }

    /** The id of the one default workspace of the keyspace; empty before Kong 2.1, and where there are several. */
    public Optional<UUID> defaultWorkspace() {
        return defaultWorkspace;
    }

    /** Rows that refer to what is not moved. */
    public Set<EntityKey> orphans() {
        return orphans;
    }

    /** Rows that give way to a newer one with the same unique value. */
    public Set<EntityKey> duplicates() {
        return duplicates;
    }

    /**
     * The entity as a sound keyspace would have it, or why it is left out.
     *
     * @throws KeyferryException (REFUSED) when a row cannot be read and the user has not said to leave it out
     */
    public Outcome apply(Entity entity, UpgradeLog log) {
        if (!isSelected(entity)) {
            return new Outcome.Excluded("--workspace: of another workspace");
        }
        if (entity.unreadable().isPresent()) {
            if (choices.broken() == Choices.Broken.REFUSE) {
                throw KeyferryException.refused(entity.unreadable().get());
            }
            return new Outcome.Excluded("--broken drop: a column cannot be read");
        }
        if (choices.broken() == Choices.Broken.DROP && isBare(entity)) {
            return new Outcome.Excluded("--broken drop: nothing but a key");
        }
        boolean stray = isStray(entity);
        if (stray && choices.strays() == Choices.Strays.DROP) {
            return new Outcome.Excluded("--strays drop: of a workspace that does not exist");
        }
        if (!duplicates.isEmpty() && duplicates.contains(entity.key())) {
            return new Outcome.Excluded("--duplicates newest: a newer one has the same unique value");
        }
        if (choices.orphans() == Choices.Orphans.DROP && isOrphan(entity)) {
            return new Outcome.Excluded("--orphans drop: refers to what is not moved");
        }
        Entity mended = values(entity, log);
        if (stray && choices.strays() == Choices.Strays.ADOPT) {
            log.applied("S1");
            mended = mended.toBuilder().workspace(defaultWorkspace.orElse(null)).build();
        }
        return new Outcome.Kept(mended);
    }

    /** Whether the row stays as it is, but is nothing that Kong's reader of kong.yml would take. */
    boolean hides(Entity entity) {
        return choices.orphans() == Choices.Orphans.KEEP && isOrphan(entity);
    }

    /** Whether any row of a type may be such a one. */
    boolean mayHide(String type) {
        return choices.orphans() == Choices.Orphans.KEEP
                && orphans.stream().anyMatch(key -> key.type().equals(type));
    }

    private boolean isOrphan(Entity entity) {
        return !orphans.isEmpty() && orphans.contains(entity.key());
    }

    /** Whether the entity is of a workspace that is to be moved, or of none since its type has none. */
    public boolean isSelected(Entity entity) {
        if (choices.workspaces().isEmpty()
                || workspaces.isEmpty()
                || !entity.type().workspaceable()) {
            return true;
        }
        Optional<UUID> workspace = entity.workspace().or(() -> defaultWorkspace);
        return workspace.filter(selected::contains).isPresent();
    }

    /**
     * As {@link #isSelected}, of an entity of the target: it may be of a workspace that is not asked for.
     *
     * @param targetDefault the id of the target's default workspace; other workspaces have the source's ids there
     */
    boolean isSelectedOnTarget(Entity entity, Optional<UUID> targetDefault) {
        boolean isDefault = entity.workspace().isEmpty() || entity.workspace().equals(targetDefault);
        return isSelected(
                isDefault
                        ? entity.toBuilder()
                                .workspace(defaultWorkspace.orElse(null))
                                .build()
                        : entity);
    }

    /** Whether only entities of some workspaces are asked for. */
    boolean selects() {
        return !choices.workspaces().isEmpty() && !workspaces.isEmpty();
    }

    /** Whether the entity's workspace is none of those that count. */
    public boolean isStray(Entity entity) {
        Optional<UUID> workspace = entity.workspace();
        return !workspaces.isEmpty() && workspace.isPresent() && !workspaces.contains(workspace.get());
    }

    /** Whether the row holds nothing but its key: all else is null, or a default that reading filled in. */
    public static boolean isBare(Entity entity) {
        return entity.workspace().isEmpty()
                && entity.unreadable().isEmpty()
                && entity.type().fields().size() > 1
                && entity.type().fields().stream()
                        .filter(field -> !isKey(entity, field))
                        .allMatch(field -> isNullOrDefault(field, entity.value(field)));
    }

    private static boolean isKey(Entity entity, Field field) {
        return entity.type().table().partitionKey().contains(field.column())
                || entity.type().table().clusteringKey().contains(field.column());
    }

    private static boolean isNullOrDefault(Field field, @Nullable Value value) {
        return value == null
                || value == Value.NULL
                || (field.schema().defaultValue() != null
                        && value.equals(Value.of(field.schema().defaultValue())));
    }

    /** Whether a unique value is what Kong 2.1.0's migration made of a null. */
    public static boolean isLostNull(Field field, @Nullable Value value) {
        return field.storage() == Storage.WORKSPACE_PREFIXED
                && value instanceof Value.Text text
                && (text.value().equals(LOST_NULL)
                        || (text.value().endsWith(LOST_NULL)
                                && text.value().length() == PREFIX + LOST_NULL.length()
                                && prefix(text.value()).isPresent()));
    }

    /** Whether a unique value has the id of another workspace before it than the row's own. */
    public boolean isOfAnother(Field field, @Nullable Value value) {
        if (field.storage() != Storage.WORKSPACE_PREFIXED || !(value instanceof Value.Text text)) {
            return false;
        }
        Optional<UUID> prefix = prefix(text.value());
        return prefix.isPresent() && workspaces.contains(prefix.get());
    }

    private Entity values(Entity entity, UpgradeLog log) {
        if (workspaces.isEmpty()) {
            return entity;
        }
        Entity.Builder mended = null;
        for (Field field : entity.type().prefixedFields()) {
            Value value = entity.value(field);
            if (isLostNull(field, value)) {
                log.applied("S2");
                mended = (mended == null ? entity.toBuilder() : mended).put(field, Value.NULL);
            } else if (isOfAnother(field, value)) {
                log.applied("S3");
                String text = ((Value.Text) requireNonNull(value)).value();
                mended = (mended == null ? entity.toBuilder() : mended).put(field, Value.text(text.substring(PREFIX)));
            }
        }
        return mended == null ? entity : mended.build();
    }

    /** The workspace whose id stands before a value. */
    private static Optional<UUID> prefix(String value) {
        if (value.length() < PREFIX || value.charAt(PREFIX - 1) != ':') {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(value.substring(0, PREFIX - 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
