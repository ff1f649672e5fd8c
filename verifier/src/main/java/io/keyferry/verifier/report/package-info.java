/**
 * What a run did and found, for machines and for people. Values of secret fields never get here unmasked.
 */
@NullMarked
package io.keyferry.verifier.report;

import org.jspecify.annotations.NullMarked;
