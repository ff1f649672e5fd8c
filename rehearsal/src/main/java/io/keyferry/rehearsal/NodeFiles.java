package io.keyferry.rehearsal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node reads when it starts: {@code cassandra.yaml} (written as JSON, which is YAML), {@code logback.xml}, and the
 * JVM's arguments, all in the node's directory, beside its data and its log.
 */
final class NodeFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOGBACK = """
            <configuration>
              <appender name="LOG" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{HH:mm:ss.SSS} %-5level [%thread] %logger{20} - %msg%n</pattern></encoder>
              </appender>
              <!-- Warns at each of our questions for the other nodes. -->
              <logger name="org.apache.cassandra.cql3.statements.SelectStatement" level="ERROR"/>
              <root level="INFO"><appender-ref ref="LOG"/></root>
            </configuration>
            """;
    private static final List<String> EXPORTS = List.of(
            "java.base/java.lang.ref",
            "java.base/jdk.internal.misc",
            "java.base/jdk.internal.ref",
            "java.base/sun.nio.ch",
            "java.management.rmi/com.sun.jmx.remote.internal.rmi",
            "java.rmi/sun.rmi.registry",
            "java.rmi/sun.rmi.server",
            "java.sql/java.sql",
            "jdk.unsupported/sun.misc");
    private static final List<String> OPENS = List.of(
            "java.base/java.io",
            "java.base/java.lang",
            "java.base/java.lang.module",
            "java.base/java.lang.reflect",
            "java.base/java.math",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.nio.charset",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/jdk.internal.loader",
            "java.base/jdk.internal.math",
            "java.base/jdk.internal.misc",
            "java.base/jdk.internal.module",
            "java.base/jdk.internal.ref",
            "java.base/jdk.internal.reflect",
            "java.base/jdk.internal.util.jar",
            "java.base/sun.nio.ch",
            "jdk.compiler/com.sun.tools.javac.file",
            "jdk.management/com.sun.management.internal");
    // Also the pause before the next attempt: with none, nodes that wait for each other spin.
    private static final int SUPERUSER_RETRY_MILLIS = 250;
    private static final int ALONE_TIMEOUT_MILLIS = 60_000;
    // A read that waits for a killed node fails after this long, until the others know that it is down.
    private static final int TOGETHER_TIMEOUT_MILLIS = 10_000;
    private static final int GOSSIP_TIMEOUT_MILLIS = 2_000;

    private final ClusterPlan plan;
    private final int number;
    private final Path directory;

    NodeFiles(ClusterPlan plan, int number) {
        this.plan = plan;
        this.number = number;
        this.directory = plan.directory().resolve("node" + number);
    }

    Path log() {
        return directory.resolve("node.log");
    }

    Path directory() {
        return directory;
    }

    /** Writes the files; the result is the JVM's argument file. Written anew at a restart, over the same data. */
    Path write(List<Path> classPath, List<String> archiveArguments) throws IOException {
        Files.createDirectories(directory.resolve("tmp"));
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("cassandra.yaml").toFile(), configuration());
        Files.writeString(directory.resolve("logback.xml"), LOGBACK);
        List<String> arguments = new ArrayList<>(jvmArguments());
        arguments.addAll(archiveArguments);
        arguments.add("-cp");
        arguments.add(String.join(
                System.getProperty("path.separator"),
                classPath.stream().map(Path::toString).toList()));
        arguments.add(NodeLauncher.class.getName());
        Path file = directory.resolve("java.args");
        Files.write(file, arguments.stream().map(NodeFiles::quoted).toList());
        return file;
    }

    private List<String> jvmArguments() {
        CassandraSettings settings = plan.settings();
        int heap = settings.size().heapMegabytes();
        List<String> arguments = new ArrayList<>();
        if (settings.size().longRunning()) {
            arguments.addAll(List.of("-Xms" + heap + "m", "-XX:+UseG1GC"));
        } else {
            arguments.addAll(List.of("-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        }
        arguments.add("-Xmx" + heap + "m");
        arguments.addAll(List.of(
                "-XX:+ExitOnOutOfMemoryError",
                // Both would leave something in the system's temporary directory after a kill.
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                "-XX:ErrorFile=" + directory.resolve("jvm-error.log"),
                "-Djava.net.preferIPv4Stack=true",
                "-Djdk.attach.allowAttachSelf=true",
                "-Dcassandra.config=" + directory.resolve("cassandra.yaml").toUri(),
                "-Dcassandra.storagedir=" + directory,
                "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                "-Dcassandra-foreground=yes",
                "-Dcassandra.skip_wait_for_gossip_to_settle=0",
                "-Dcassandra.ring_delay_ms=1",
                "-Dcassandra.superuser_setup_delay_ms=" + (settings.nodes() == 1 ? 0 : SUPERUSER_RETRY_MILLIS),
                "-Dcassandra.load_ring_state=false",
                "-Dcassandra.consistent.rangemovement=false",
                "-Dcassandra.shutdown_announce_in_ms=0",
                // What the node would measure for itself at each start (it comes to 180), for a second and a half.
                "-Dcassandra.memtable.row_overhead_size=180",
                "-Dcassandra.system_auth.default_rf=" + settings.nodes(),
                "-Dcassandra.system_distributed.default_rf=" + settings.nodes()));
        if (settings.throwAway()) {
            arguments.add("-Dcassandra.test.flush_local_schema_changes=false");
            arguments.add("-Dcassandra.skip_sync=true");
        }
        if (plan.temporary()) {
            arguments.add("-D" + NodeLauncher.DELETE_PROPERTY + "=" + plan.directory());
        }
        plan.distribution().agent().ifPresent(agent -> arguments.add("-javaagent:" + agent));
        EXPORTS.forEach(module -> arguments.add("--add-exports=" + module + "=ALL-UNNAMED"));
        OPENS.forEach(module -> arguments.add("--add-opens=" + module + "=ALL-UNNAMED"));
        return arguments;
    }

    /** Only what 3.11 to 5.0 all accept: names of times and sizes are the old ones, with their units. */
    private ObjectNode configuration() {
        CassandraSettings settings = plan.settings();
        ObjectNode yaml = JSON.createObjectNode();
        yaml.put("cluster_name", plan.name());
        yaml.put("num_tokens", 1);
        yaml.put("initial_token", token());
        yaml.put("partitioner", "org.apache.cassandra.dht.Murmur3Partitioner");
        yaml.put("endpoint_snitch", "SimpleSnitch");
        // All nodes are seeds: each may come up without waiting for another.
        ObjectNode seeds = yaml.putArray("seed_provider").addObject();
        seeds.put("class_name", "org.apache.cassandra.locator.SimpleSeedProvider");
        seeds.putArray("parameters").addObject().put("seeds", String.join(",", plan.addresses()));
        yaml.put("auto_bootstrap", false);
        yaml.put("listen_address", plan.address(number));
        yaml.put("rpc_address", plan.address(number));
        yaml.put("storage_port", plan.storagePort());
        yaml.put("ssl_storage_port", plan.storagePort() + 1);
        yaml.put("native_transport_port", plan.nativePort());
        yaml.put("start_native_transport", true);
        if (plan.distribution().major() < 4) {
            yaml.put("start_rpc", false);
        }
        yaml.putArray("data_file_directories").add(directory.resolve("data").toString());
        yaml.put("commitlog_directory", directory.resolve("commitlog").toString());
        yaml.put("saved_caches_directory", directory.resolve("saved_caches").toString());
        yaml.put("hints_directory", directory.resolve("hints").toString());
        yaml.put("cdc_raw_directory", directory.resolve("cdc_raw").toString());
        // What is acknowledged is synced first where nodes are restarted: with periodic syncs, a kill loses what was
        // acknowledged since the last one.
        if (settings.throwAway() || settings.size().longRunning()) {
            yaml.put("commitlog_sync", "periodic");
            yaml.put("commitlog_sync_period_in_ms", 10_000);
        } else {
            yaml.put("commitlog_sync", "batch");
            if (plan.distribution().major() < 4) {
                yaml.put("commitlog_sync_batch_window_in_ms", 2);
            }
        }
        yaml.put("auto_snapshot", false);
        yaml.put("phi_convict_threshold", 12);
        int timeout = settings.nodes() == 1 ? ALONE_TIMEOUT_MILLIS : TOGETHER_TIMEOUT_MILLIS;
        yaml.put("read_request_timeout_in_ms", timeout);
        yaml.put("range_request_timeout_in_ms", timeout);
        yaml.put("write_request_timeout_in_ms", timeout);
        yaml.put("counter_write_request_timeout_in_ms", timeout);
        yaml.put("cas_contention_timeout_in_ms", timeout);
        yaml.put("truncate_request_timeout_in_ms", timeout);
        // Gossip waits for half of this before it tries a node again that did not listen yet.
        yaml.put("request_timeout_in_ms", GOSSIP_TIMEOUT_MILLIS);
        if (!settings.size().longRunning()) {
            yaml.put("commitlog_segment_size_in_mb", 8);
            // Slabs of 1 MB for every table and index that holds anything fill a small heap with two Kong keyspaces.
            yaml.put("memtable_allocation_type", "unslabbed_heap_buffers");
            yaml.put("file_cache_size_in_mb", 32);
            yaml.put("key_cache_size_in_mb", 4);
            yaml.put("counter_cache_size_in_mb", 2);
            yaml.put("concurrent_compactors", 1);
        }
        yaml.put(
                "authenticator", settings.passwordAuthentication() ? "PasswordAuthenticator" : "AllowAllAuthenticator");
        yaml.put("authorizer", settings.passwordAuthentication() ? "CassandraAuthorizer" : "AllowAllAuthorizer");
        plan.serverTls().ifPresent(tls -> {
            ObjectNode encryption = yaml.putObject("client_encryption_options");
            encryption.put("enabled", true);
            encryption.put("optional", false);
            encryption.put("keystore", tls.keyStore().toString());
            encryption.put("keystore_password", tls.password());
            encryption.put("require_client_auth", settings.encryption() == CassandraSettings.Encryption.MUTUAL);
            encryption.put("truststore", tls.trustStore().toString());
            encryption.put("truststore_password", tls.password());
            encryption.put("store_type", "PKCS12");
        });
        return yaml;
    }

    private String token() {
        BigInteger ring = BigInteger.TWO.pow(64);
        return ring.multiply(BigInteger.valueOf(number))
                .divide(BigInteger.valueOf(plan.settings().nodes() + 1L))
                .add(BigInteger.valueOf(Long.MIN_VALUE))
                .toString();
    }

    private static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
