/**
 * Digests of entities and of tables: things that data flows through. Know no database and no verdicts.
 */
@NullMarked
package io.keyferry.verifier.digest;

import org.jspecify.annotations.NullMarked;
