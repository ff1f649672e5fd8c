package io.keyferry.migrator.run;

import java.util.Map;

/** A run that failed before it could begin, for what it needs was not there. A report tells of it all the same. */
public final class FailedStart {
    private FailedStart() {}

    /**
     * Tells of the failure as any run would.
     *
     * @param from the source's place, without secrets
     * @param to the target's place, without secrets
     */
    public static RunResult tell(
            WorkDirectory work, RunContext context, String from, String to, RuntimeException failure) {
        return new Run(work, context, from, to, Map.of()).tell(() -> {
            throw failure;
        });
    }
}
