package io.keyferry.migrator.plan;

import io.keyferry.keyspace.upgrade.Choices;
import java.util.Locale;

/** What a row of a source may have that a sound keyspace has not. */
enum ScarKind {
    BROKEN("that cannot be read"),
    BARE("that hold nothing but their key"),
    STRAY("of a workspace that does not exist, or of one named default that does not count"),
    DUPLICATE("with a value that only one may have, and that a newer row has too"),
    ORPHAN("that refer to what is not there, or is not moved"),
    NO_WORKSPACE("without a workspace (ws_id is null)"),
    UNPREFIXED("with a unique value that lacks its workspace's id, so that Kong did not find them by it"),
    FOREIGN_PREFIX("with a unique value that has another workspace's id before it"),
    LOST_NULL("with $(VALUE), which Kong 2.1.0's migration made of a null"),
    STALE_CACHE_KEY("whose cache_key is not made of their values, so that Kong did not find them by it"),
    MIXED_TTL("whose cells expire at different times, or some of them never");

    private final String what;

    ScarKind(String what) {
        this.what = what;
    }

    /** What is said behind "rows". */
    String what() {
        return what;
    }

    /** The name that scripts see. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether these choices say to go no further. */
    boolean isRefused(Choices choices) {
        return switch (this) {
            case BROKEN, BARE -> choices.broken() == Choices.Broken.REFUSE;
            case STRAY -> choices.strays() == Choices.Strays.REFUSE;
            case DUPLICATE -> choices.duplicates() == Choices.Duplicates.REFUSE;
            case ORPHAN -> choices.orphans() == Choices.Orphans.REFUSE;
            case NO_WORKSPACE, UNPREFIXED, FOREIGN_PREFIX, LOST_NULL, STALE_CACHE_KEY, MIXED_TTL -> false;
        };
    }

    /** What to do about it, or what is done. */
    String remedy(Choices choices) {
        return switch (this) {
            case BROKEN, BARE ->
                isRefused(choices)
                        ? "Mend or delete them in the old gateway, or leave them out with --broken drop."
                        : "They are left out, as --broken drop says.";
            case STRAY ->
                switch (choices.strays()) {
                    case REFUSE ->
                        "No gateway lists them. Leave them out with --strays drop, or move them into the default"
                                + " workspace with --strays adopt.";
                    case DROP -> "They are left out, as --strays drop says.";
                    case ADOPT -> "They go to the default workspace, as --strays adopt says.";
                };
            case DUPLICATE ->
                isRefused(choices)
                        ? "Which one a gateway finds is chance. Delete all but one in the old gateway, or move only the"
                                + " newest with --duplicates newest."
                        : "They are left out, as --duplicates newest says.";
            case ORPHAN ->
                switch (choices.orphans()) {
                    case REFUSE ->
                        "Delete them in the old gateway, leave them out with --orphans drop, or move them as they are"
                                + " with --orphans keep.";
                    case DROP -> "They are left out, as --orphans drop says.";
                    case KEEP -> "They are moved as they are, as --orphans keep says.";
                };
            case NO_WORKSPACE -> "They go to the default workspace, as Kong's own migration would do.";
            case UNPREFIXED, STALE_CACHE_KEY -> "They are written as Kong expects them.";
            case FOREIGN_PREFIX -> "It is taken away, as every Kong does that reads it.";
            case LOST_NULL -> "It is null again, as Kong 2.1.1 makes it.";
            case MIXED_TTL -> "The row gets the longest of its times to live.";
        };
    }
}
