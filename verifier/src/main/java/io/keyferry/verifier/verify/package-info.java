/**
 * Compares two keyspaces, both read anew, and says which entities are equal and which are not, down to the field.
 * Knows nothing of how the target was filled.
 */
@NullMarked
package io.keyferry.verifier.verify;

import org.jspecify.annotations.NullMarked;
