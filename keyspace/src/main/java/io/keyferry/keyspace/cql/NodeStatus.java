package io.keyferry.keyspace.cql;

import java.time.Duration;
import java.util.Optional;

/**
 * A node of the datacenter that we talk to, as it is at one moment. Immutable.
 *
 * @param address as the driver calls it
 * @param up whether we are connected to it
 * @param ahead how much our clock is ahead of the node's, less than nothing when it is behind; empty when the node did
 *     not say
 */
public record NodeStatus(String address, boolean up, Optional<Duration> ahead) {}
