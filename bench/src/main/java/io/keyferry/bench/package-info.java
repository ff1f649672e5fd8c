/** Benchmarks that compare in one run: the ceiling, Keyferry, Kong's manner, dsbulk. */
@NullMarked
package io.keyferry.bench;

import org.jspecify.annotations.NullMarked;
