/**
 * The built-in old keyspace that {@code keyferry rehearse} migrates without an argument, and that tests and the
 * benchmark use. Knows the catalogue and the model; everything in it is made up.
 */
@NullMarked
package io.keyferry.keyspace.sample;

import org.jspecify.annotations.NullMarked;
