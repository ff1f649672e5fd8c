/**
 * How fast a cluster may be worked on: what keeps a live gateway from feeling that its keyspace is copied. Knows no
 * driver; whoever asks the cluster asks here first.
 */
@NullMarked
package io.keyferry.keyspace.pace;

import org.jspecify.annotations.NullMarked;
