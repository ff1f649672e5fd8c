/**
 * From kong.yml to rows: everything is validated first, and only then written.
 */
@NullMarked
package io.keyferry.migrator.load;

import org.jspecify.annotations.NullMarked;
