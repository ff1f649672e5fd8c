package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What to start: one to three nodes, all alike. Start from {@link #defaults()} or {@link #forBenchmarks()} and change
 * what matters; every method gives a new value.
 *
 * @param line Cassandra's line or version, see {@link CassandraDistribution#find(String)}
 * @param nodes 1 to 3, on 127.0.0.1 to 127.0.0.3
 * @param passwordAuthentication log-in as {@code cassandra}/{@code cassandra} instead of none
 * @param encryption of client connections
 * @param size heap and collector
 * @param throwAway trade what survives a kill for speed; such a node cannot be restarted
 * @param directory where the nodes live, kept at the end; by default a fresh temporary one, deleted at the end
 * @param nativePort of all nodes; by default a free one
 * @param storagePort of all nodes; by default a free one
 * @param startDeadline for all nodes together to answer
 */
public record CassandraSettings(
        String line,
        int nodes,
        boolean passwordAuthentication,
        Encryption encryption,
        Size size,
        boolean throwAway,
        Optional<Path> directory,
        Optional<Integer> nativePort,
        Optional<Integer> storagePort,
        Duration startDeadline) {

    /** Encryption of client connections. */
    public enum Encryption {
        NONE,
        /** The server shows a certificate. */
        SERVER_CERTIFICATE,
        /** Server and client show certificates. */
        MUTUAL
    }

    /**
     * The process of a node.
     *
     * @param heapMegabytes the maximum; a node takes about 150 to 250 MB on top
     * @param longRunning all of the compiler and the G1 collector, instead of what starts fastest
     */
    public record Size(int heapMegabytes, boolean longRunning) {
        public Size {
            if (heapMegabytes < 128) {
                throw new IllegalArgumentException(
                        "A heap of " + heapMegabytes + " MB is too small for Cassandra: give it 128 MB or more");
            }
        }
    }

    public CassandraSettings {
        requireNonNull(line, "line");
        requireNonNull(encryption, "encryption");
        requireNonNull(size, "size");
        requireNonNull(directory, "directory");
        requireNonNull(nativePort, "nativePort");
        requireNonNull(storagePort, "storagePort");
        requireNonNull(startDeadline, "startDeadline");
        if (nodes < 1 || nodes > 3) {
            throw new IllegalArgumentException("A cluster has 1 to 3 nodes here, not " + nodes);
        }
    }

    /** One small throw-away node without authentication or encryption. */
    public static CassandraSettings defaults() {
        return new CassandraSettings(
                CassandraDistribution.DEFAULT_LINE,
                1,
                false,
                Encryption.NONE,
                new Size(256, false),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofMinutes(3));
    }

    /** One node with 2 GB of heap, G1 and all of the compiler; schema changes are flushed as on a real node. */
    public static CassandraSettings forBenchmarks() {
        return defaults().withSize(new Size(2048, true)).durable();
    }

    public CassandraSettings withLine(String value) {
        return new CassandraSettings(
                value,
                nodes,
                passwordAuthentication,
                encryption,
                size,
                throwAway,
                directory,
                nativePort,
                storagePort,
                startDeadline);
    }

    public CassandraSettings withNodes(int value) {
        return new CassandraSettings(
                line,
                value,
                passwordAuthentication,
                encryption,
                size,
                throwAway,
                directory,
                nativePort,
                storagePort,
                startDeadline);
    }

    public CassandraSettings withPasswordAuthentication() {
        return new CassandraSettings(
                line, nodes, true, encryption, size, throwAway, directory, nativePort, storagePort, startDeadline);
    }

    public CassandraSettings withEncryption(Encryption value) {
        return new CassandraSettings(
                line,
                nodes,
                passwordAuthentication,
                value,
                size,
                throwAway,
                directory,
                nativePort,
                storagePort,
                startDeadline);
    }

    public CassandraSettings withSize(Size value) {
        return new CassandraSettings(
                line,
                nodes,
                passwordAuthentication,
                encryption,
                value,
                throwAway,
                directory,
                nativePort,
                storagePort,
                startDeadline);
    }

    /** Heap in MB; the collector and compiler stay as they are. */
    public CassandraSettings withHeapMegabytes(int value) {
        return withSize(new Size(value, size.longRunning()));
    }

    /** What was acknowledged survives a kill, so that nodes can be restarted. Schema changes take three times as long. */
    public CassandraSettings durable() {
        return new CassandraSettings(
                line,
                nodes,
                passwordAuthentication,
                encryption,
                size,
                false,
                directory,
                nativePort,
                storagePort,
                startDeadline);
    }

    /** A directory of the caller's, created when missing and kept at the end. It must be empty or not exist. */
    public CassandraSettings withDirectory(Path value) {
        return new CassandraSettings(
                line,
                nodes,
                passwordAuthentication,
                encryption,
                size,
                throwAway,
                Optional.of(value),
                nativePort,
                storagePort,
                startDeadline);
    }

    public CassandraSettings withNativePort(int value) {
        return new CassandraSettings(
                line,
                nodes,
                passwordAuthentication,
                encryption,
                size,
                throwAway,
                directory,
                Optional.of(value),
                storagePort,
                startDeadline);
    }

    public CassandraSettings withStoragePort(int value) {
        return new CassandraSettings(
                line,
                nodes,
                passwordAuthentication,
                encryption,
                size,
                throwAway,
                directory,
                nativePort,
                Optional.of(value),
                startDeadline);
    }

    public CassandraSettings withStartDeadline(Duration value) {
        return new CassandraSettings(
                line,
                nodes,
                passwordAuthentication,
                encryption,
                size,
                throwAway,
                directory,
                nativePort,
                storagePort,
                value);
    }
}
