/**
 * How those who watch a transfer hear of it. What is watched knows only this; bars, logs and metrics implement it.
 */
@NullMarked
package io.keyferry.keyspace.listen;

import org.jspecify.annotations.NullMarked;
