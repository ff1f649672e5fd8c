package io.keyferry.migrator.run;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.verifier.report.Report;
import java.util.Optional;

/** How a run ended. */
public record RunResult(Report report, Optional<KeyferryException> failure) {}
