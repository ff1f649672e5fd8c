package io.keyferry.migrator.cli;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.run.RunResult;

/** The exit codes, which scripts lean on. */
enum ExitCode {
    /** Done, and equal where the command verifies. */
    DONE(0),
    /** Different or drifted. */
    DIFFERENT(1),
    /** Usage, configuration, an unreadable file. */
    USAGE(2),
    /** The source cannot be reached or read. */
    SOURCE(3),
    /** The target cannot be reached or written. */
    TARGET(4),
    /** Content or a precondition refused, nothing written. */
    REFUSED(5),
    /** Work directory or run lock held by another run, or not of this run. */
    LOCKED(6),
    /** A defect of ours. */
    INTERNAL(70),
    /** Interrupted; can be run again. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ExitCode of(KeyferryException failure) {
        return switch (failure.kind()) {
            case USAGE -> USAGE;
            case SOURCE -> SOURCE;
            case TARGET -> TARGET;
            case REFUSED -> REFUSED;
            case LOCKED -> LOCKED;
            case INTERRUPTED -> INTERRUPTED;
            case INTERNAL -> INTERNAL;
        };
    }

    static ExitCode of(RunResult result) {
        if (result.failure().isPresent()) {
            return of(result.failure().get());
        }
        return switch (result.report().outcome()) {
            case EQUAL, DONE, PLANNED -> ExitCode.DONE;
            case DIFFERENT, DRIFTED -> DIFFERENT;
            case REFUSED -> REFUSED;
            case FAILED -> INTERNAL;
            case INTERRUPTED -> INTERRUPTED;
        };
    }
}
