package io.keyferry.rehearsal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * What this machine has to offer to nodes, looked at before any is started.
 *
 * @param javaFeature of the JVM that runs us, which is also the nodes'
 * @param availableMemory bytes that can be had without swapping
 * @param freeDisk bytes on the file store of the nodes' directory
 * @param portIsFree whether a port can be bound on an address
 */
record Machine(int javaFeature, long availableMemory, long freeDisk, BiPredicate<String, Integer> portIsFree) {
    private static final int JAVA = 17;
    private static final long MEGABYTE = 1024 * 1024;
    private static final long BESIDES_HEAP = 200 * MEGABYTE;
    private static final long DISK_PER_NODE = 256 * MEGABYTE;
    private static final Path MEMORY_INFORMATION = Path.of("/proc/meminfo");

    static Machine current(Path directory) throws IOException {
        return new Machine(
                Runtime.version().feature(),
                memory(),
                Files.getFileStore(directory).getUsableSpace(),
                Ports::isFree);
    }

    /** Everything that stands in the way, each with its remedy; empty when nothing does. */
    List<String> problems(CassandraSettings settings, List<String> addresses) {
        List<String> problems = new ArrayList<>();
        if (javaFeature != JAVA) {
            problems.add("Cassandra " + settings.line() + " is started with the Java that runs Keyferry, and that is "
                    + javaFeature + ": run with a Java " + JAVA + " (set JAVA_HOME).");
        }
        int nodes = settings.nodes();
        long memory = nodes * (settings.size().heapMegabytes() * MEGABYTE + BESIDES_HEAP);
        if (availableMemory < memory) {
            problems.add(nodes + " node(s) with " + settings.size().heapMegabytes() + " MB of heap need about "
                    + memory / MEGABYTE + " MB of memory, " + availableMemory / MEGABYTE
                    + " MB are available: end other programs, or take fewer nodes or a smaller heap.");
        }
        long disk = nodes * DISK_PER_NODE;
        if (freeDisk < disk) {
            problems.add(nodes + " node(s) need " + disk / MEGABYTE + " MB of disk, " + freeDisk / MEGABYTE
                    + " MB are free: make room, or choose another directory (for temporary ones -Djava.io.tmpdir).");
        }
        settings.nativePort().ifPresent(port -> addTaken(problems, "client", port, addresses));
        settings.storagePort().ifPresent(port -> addTaken(problems, "storage", port, addresses));
        return problems;
    }

    private void addTaken(List<String> problems, String use, int port, List<String> addresses) {
        for (String address : addresses) {
            if (!portIsFree.test(address, port)) {
                problems.add("The " + use + " port " + port + " on " + address
                        + " is in use: end what listens there, choose another port, or let Keyferry choose one.");
            }
        }
    }

    private static long memory() throws IOException {
        if (Files.isReadable(MEMORY_INFORMATION)) {
            for (String line : Files.readAllLines(MEMORY_INFORMATION)) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            return system.getFreeMemorySize();
        }
        return Long.MAX_VALUE;
    }
}
