/**
 * The command line: typed options become validated settings, one dispatch, exit codes. Holds no logic; the only
 * package that knows picocli.
 */
@NullMarked
package io.keyferry.migrator.cli;

import org.jspecify.annotations.NullMarked;
