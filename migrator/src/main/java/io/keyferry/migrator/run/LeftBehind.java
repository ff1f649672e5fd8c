package io.keyferry.migrator.run;

import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.verifier.report.Outcome;

/** What a run that did not end well leaves on the target, and what to do about it, in words for people. */
final class LeftBehind {
    private LeftBehind() {}

    /** A keyspace that was made, but not released, by what cannot be resumed. */
    static String unreleased(KeyspaceAddress target) {
        return unreleased(target, Outcome.FAILED, "");
    }

    /**
     * A keyspace that was made, but not released.
     *
     * @param howToResume the command that goes on; empty for none
     */
    static String unreleased(KeyspaceAddress target, Outcome outcome, String howToResume) {
        String name = target.keyspace();
        String why = switch (outcome) {
            case DRIFTED ->
                "is filled, but rows of the source changed during the run, and it may lack the changes. Stop writes to"
                        + " the Admin API of the old gateway before you run again";
            case DIFFERENT ->
                "is filled, but not with what it should hold. Find out what made the difference before you run again";
            case EQUAL, DONE, REFUSED, FAILED, INTERRUPTED, PLANNED -> "is left unfinished";
        };
        return "the new keyspace " + name + " " + why + ". No Kong starts on it, because its schema_meta is empty"
                + " ('kong migrations list' exits with 5). "
                + (howToResume.isEmpty() ? "" : "To go on where this ended: " + howToResume + ". ")
                + "To start over, remove it ('keyferry bootstrap --undo', or DROP KEYSPACE \"" + name
                + "\";) and run again, or run again with another new keyspace.";
    }

    /** A keyspace that stood before the run. */
    static String existing(KeyspaceAddress target, String howToResume) {
        return "keyspace " + target.keyspace() + " stood before this run, and what the run has written into it stays"
                + " there. Once the cause is mended, go on where this ended: " + howToResume
                + "; or run again with --into-existing: entities with the same ids are overwritten.";
    }
}
