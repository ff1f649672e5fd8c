package io.keyferry.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The main class of a node's process: runs Cassandra, and ends with the process that started it.
 *
 * <p>Standard input is a pipe whose other end only the parent holds. When the parent ends, in whatever way, the pipe
 * ends; the node then deletes its directory and halts. A {@link #LEAVE} byte asks for an orderly exit of the JVM without
 * Cassandra's own shutdown, which is what writes the class data archive.
 *
 * <p>Runs beside Cassandra's jars, alone: it must stay one class file (no nested classes) and use nothing but the JDK.
 */
final class NodeLauncher {
    /** System property: the directory to delete when the parent is gone; not set when the directory is to be kept. */
    static final String DELETE_PROPERTY = "keyferry.node.delete";

    static final int LEAVE = 'q';

    private static final int DELETE_ATTEMPTS = 50;

    private NodeLauncher() {}

    public static void main(String[] args) throws ReflectiveOperationException {
        Thread watch = new Thread(NodeLauncher::watchParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        Class.forName("org.apache.cassandra.service.CassandraDaemon")
                .getMethod("main", String[].class)
                .invoke(null, (Object) args);
    }

    private static void watchParent() {
        try {
            int read = System.in.read();
            while (read >= 0 && read != LEAVE) {
                read = System.in.read();
            }
            if (read == LEAVE) {
                forgetShutdownHooks();
                System.exit(0);
            }
        } catch (IOException | ReflectiveOperationException e) {
            System.err.println("Leaving, because the parent cannot be watched: " + e);
        }
        deleteDirectory();
        Runtime.getRuntime().halt(0);
    }

    /** Cassandra's hooks would take seconds to stop what is deleted afterwards. */
    private static void forgetShutdownHooks() throws ReflectiveOperationException {
        Class<?> owner = Class.forName("java.lang.ApplicationShutdownHooks");
        Field field = owner.getDeclaredField("hooks");
        field.setAccessible(true);
        synchronized (owner) {
            ((Map<?, ?>) field.get(null)).clear();
        }
    }

    /** Other threads, and the other nodes of the cluster, may still write below the directory: hence the attempts. */
    private static void deleteDirectory() {
        String property = System.getProperty(DELETE_PROPERTY);
        if (property == null) {
            return;
        }
        Path directory = Path.of(property);
        for (int i = 0; i < DELETE_ATTEMPTS && Files.exists(directory); i++) {
            try {
                deleteTree(directory);
            } catch (IOException | UncheckedIOException e) {
                // What vanished or appeared meanwhile is the next attempt's.
            }
        }
    }

    static void deleteTree(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(directory)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
