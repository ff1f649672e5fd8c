package io.keyferry.rehearsal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What all nodes of a cluster share, once ports and directory are chosen. */
record ClusterPlan(
        CassandraSettings settings,
        CassandraDistribution distribution,
        String name,
        Path directory,
        int nativePort,
        int storagePort,
        Optional<ServerTls> serverTls) {

    /** The stores that the nodes themselves read. */
    record ServerTls(Path keyStore, Path trustStore, String password) {}

    boolean temporary() {
        return settings.directory().isEmpty();
    }

    String address(int number) {
        return addresses().get(number - 1);
    }

    List<String> addresses() {
        return addressesOf(settings.nodes());
    }

    static List<String> addressesOf(int nodes) {
        return List.of("127.0.0.1", "127.0.0.2", "127.0.0.3").subList(0, nodes);
    }
}
