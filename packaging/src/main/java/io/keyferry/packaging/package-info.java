/**
 * What a release has besides the program: man pages and shell completion, written from the command line itself, so that
 * they cannot fall behind. Runs in the build only; may use the command line and picocli.
 */
@NullMarked
package io.keyferry.packaging;

import org.jspecify.annotations.NullMarked;
