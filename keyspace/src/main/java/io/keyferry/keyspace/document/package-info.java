/**
 * kong.yml, both directions: a streaming reader with the binding of its entries to entities, and a streaming writer.
 * Uses the catalogue and the model; knows nothing of Cassandra. A document may be larger than memory, an entity not.
 */
@NullMarked
package io.keyferry.keyspace.document;

import org.jspecify.annotations.NullMarked;
