package io.keyferry.keyspace.upgrade;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the user wants done with rows of the source that are not as a sound keyspace has them. The default of each is to
 * refuse what would lose or change data.
 *
 * @param orphans rows that refer to what does not exist
 * @param strays rows of a workspace that does not exist, or of a second one named default
 * @param duplicates rows that share a value that only one may have
 * @param broken rows that cannot be read, or hold nothing but their key
 * @param extraColumns columns with values that no Kong reads and the target has no place for
 * @param workspaces the names of those whose entities are moved; none for all
 * @param defaultWorkspace which workspace is the default one, where several are named so
 */
public record Choices(
        Orphans orphans,
        Strays strays,
        Duplicates duplicates,
        Broken broken,
        ExtraColumns extraColumns,
        Set<String> workspaces,
        Optional<UUID> defaultWorkspace) {
    /** What is done unless the user says otherwise. */
    public static final Choices REFUSE = new Choices(
            Orphans.REFUSE,
            Strays.REFUSE,
            Duplicates.REFUSE,
            Broken.REFUSE,
            ExtraColumns.REPORT,
            Set.of(),
            Optional.empty());

    public Choices {
        workspaces = Set.copyOf(workspaces);
    }

    /** The same with these workspaces. */
    public Choices ofWorkspaces(Set<String> names) {
        return new Choices(orphans, strays, duplicates, broken, extraColumns, names, defaultWorkspace);
    }

    /** Of rows that refer to what does not exist, and of those that refer to them. */
    public enum Orphans {
        REFUSE,
        /** Left out. */
        DROP,
        /** Moved as they are; in kong.yml they stand where only Keyferry reads them. */
        KEEP
    }

    /** Of rows whose workspace does not exist. */
    public enum Strays {
        REFUSE,
        /** Left out. */
        DROP,
        /** Moved into the default workspace. */
        ADOPT
    }

    /** Of rows that share a unique value. */
    public enum Duplicates {
        REFUSE,
        /** The one created last is moved, as Kong's import does with targets. */
        NEWEST
    }

    /** Of rows that say nothing. */
    public enum Broken {
        REFUSE,
        /** Left out. */
        DROP
    }

    /** Of columns that no Kong knows and the target lacks. */
    public enum ExtraColumns {
        /** Left out, with a warning and a line of the ledger: no gateway reads them. */
        REPORT,
        REFUSE
    }
}
