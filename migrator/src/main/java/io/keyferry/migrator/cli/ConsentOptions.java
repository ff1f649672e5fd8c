package io.keyferry.migrator.cli;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.migrator.plan.Plan;
import picocli.CommandLine.Option;

/** Options of commands that write to a keyspace: they ask first. */
final class ConsentOptions {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask before writing; needed where nobody can be asked")
    private boolean yes;

    @Option(
            names = "--dry-run",
            description = "Do all that comes before the first write to the target; exit with 5 if anything is refused")
    private boolean dryRun;

    boolean dryRun() {
        return dryRun;
    }

    /**
     * Shows the plan and has the user agree to it; what was only to be tried is not gone on with.
     *
     * @throws KeyferryException (REFUSED) when the user does not agree, (USAGE) when there is nobody to ask and
     *     {@code --yes} is not given
     */
    boolean agreed(Plan plan) {
        Logging.say(PlanText.of(plan) + "\n");
        return !dryRun && agreed("Go on?");
    }

    /** As {@link #agreed(Plan)}, where the question says it all. */
    boolean agreed(String question) {
        if (yes) {
            return true;
        }
        if (!Terminal.isThere()) {
            throw KeyferryException.usage(
                    "nothing was written, since there is no terminal to ask on: look at what would"
                            + " be done, and say --yes if it is what you want");
        }
        if (!Terminal.confirm(question)) {
            throw KeyferryException.refused("nothing was written, since the answer was not yes");
        }
        return true;
    }
}
