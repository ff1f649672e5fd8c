package io.keyferry.migrator.run;

import io.keyferry.keyspace.cql.Connector;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.plan.Plan;
import io.keyferry.verifier.report.SigningKey;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What surrounds a run. Immutable.
 *
 * @param command the command's name
 * @param options what was asked, without secrets, for the report
 * @param version of Keyferry
 * @param by who runs it, {@code user@host}
 * @param connector opens the connections to both sides
 * @param consent shown the plan before anything is written, says whether to go on
 * @param signing the key that signs the report, where there is one
 */
public record RunContext(
        String command,
        Map<String, String> options,
        String version,
        String by,
        Clock clock,
        TransferListener listener,
        Connector connector,
        Predicate<Plan> consent,
        Optional<SigningKey> signing) {

    /** With connections that are not measured, of a run whose report is not signed. */
    public RunContext(
            String command,
            Map<String, String> options,
            String version,
            String by,
            Clock clock,
            TransferListener listener,
            Predicate<Plan> consent) {
        this(command, options, version, by, clock, listener, new Connector(), consent, Optional.empty());
    }

    /** The same with another listener. */
    RunContext heardBy(TransferListener other) {
        return new RunContext(command, options, version, by, clock, other, connector, consent, signing);
    }
}
