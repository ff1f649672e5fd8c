package io.keyferry.verifier.verify;

/** Takes differences as they are found, in no order. Implementations are thread-safe. */
@FunctionalInterface
public interface DifferenceSink {
    void accept(Difference difference);
}
