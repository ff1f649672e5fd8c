/**
 * Looks at both sides before anything is done: what would be moved and how, what stands against it, what to do about
 * it. Writes nothing.
 */
@NullMarked
package io.keyferry.migrator.plan;

import org.jspecify.annotations.NullMarked;
