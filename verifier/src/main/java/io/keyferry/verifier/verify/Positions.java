package io.keyferry.verifier.verify;

import java.util.OptionalLong;

/**
 * A range of unsigned 64-bit positions, {@code from <= position < before}; rows have them by
 * {@link io.keyferry.keyspace.read.RowOrder}. Immutable.
 *
 * @param before empty for the end
 */
public record Positions(long from, OptionalLong before) {
    /** All of them. */
    static final Positions ALL = new Positions(0, OptionalLong.empty());

    /** One alone. */
    static Positions at(long position) {
        return new Positions(position, position == -1 ? OptionalLong.empty() : OptionalLong.of(position + 1));
    }
}
