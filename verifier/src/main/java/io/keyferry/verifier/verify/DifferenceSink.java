package io.keyferry.verifier.verify;

/** Takes differences as they are found, in no order. Implementations are thread-safe. */
@FunctionalInterface
public interface DifferenceSink {
    void accept(Difference difference);

    /** Takes an invariant that a row of the target violates. */
    default void violated(Violation violation) {}
}
