package io.keyferry.migrator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.datastax.oss.driver.api.core.CqlSession;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.run.Migration;
import io.keyferry.migrator.run.RunContext;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.SampleSource;
import io.keyferry.migrator.run.Verify;
import io.keyferry.migrator.run.WorkDirectory;
import io.keyferry.verifier.report.Outcome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.cassandra.CassandraContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Migrations between Cassandra clusters in containers, which listen on addresses of their own and not on this machine's,
 * each stopped during its import and gone on with: from each image of {@value #FROM} to the one of {@value #TO}. Skipped, with the reason, where no Docker engine answers.
 *
 * <p>{@code mvn -P containers verify} runs this; {@code docker/local-images} makes images where no registry is reachable.
 */
@Tag("containers")
final class ContainersTest {
    /** System property: the images of old clusters, separated by commas. */
    static final String FROM = "keyferry.containers.from";

    /** System property: the image of the new cluster. */
    static final String TO = "keyferry.containers.to";

    /** System property: {@code true} where there must be an engine, so that nothing is skipped without a word. */
    static final String REQUIRED = "keyferry.containers.required";

    private static final String DEFAULT_IMAGE = "cassandra:5.0";
    private static final KongVersion OLD = KongVersion.parse("2.0");
    private static final KongVersion NEW = KongVersion.parse("2.8");
    private static final int ENTITIES = 2_000;
    private static final String HEAP = "512M";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void thereIsAnEngine() {
        String reason =
                "no Docker engine answers (DOCKER_HOST, or /var/run/docker.sock): nothing was tested on containers";
        boolean available = DockerClientFactory.instance().isDockerAvailable();
        if (Boolean.getBoolean(REQUIRED)) {
            assertThat(available).as(reason).isTrue();
        }
        assumeTrue(available, reason);
    }

    @TestFactory
    Stream<DynamicTest> areSourceAndTarget() {
        CassandraContainer target = started(property(TO));
        return Arrays.stream(property(FROM).split(","))
                .map(image -> dynamicTest(image + " to " + property(TO), () -> migrate(image, target)))
                .onClose(target::close);
    }

    private static void migrate(String image, CassandraContainer target) {
        try (CassandraContainer source = started(image)) {
            KeyspaceAddress old = address(source, "kong");
            new SampleSource(old, OLD, ENTITIES, Clock.systemUTC()).write(RunSettings.defaults());
            KeyspaceAddress moved = address(target, "kong_of_" + image.replaceAll("[^a-z0-9]", "_"));

            Path begun;
            try (WorkDirectory work = WorkDirectory.below(directory, "migrate", Instant.now())) {
                begun = work.path();
                RunResult stopped = migrate(old, moved, work, interruptingTheImport());
                assertThat(stopped.report().outcome()).isEqualTo(Outcome.INTERRUPTED);
            }

            RunResult migrated;
            try (WorkDirectory work = WorkDirectory.resume(begun)) {
                migrated = migrate(old, moved, work, TransferListener.NONE);
            }

            assertThat(migrated.failure()).isEmpty();
            assertThat(migrated.report().outcome()).isEqualTo(Outcome.EQUAL);
            assertThat(migrated.report().entities().values().stream()
                            .mapToLong(type -> type.matched())
                            .sum())
                    .isGreaterThanOrEqualTo(ENTITIES);

            damage(target, moved.keyspace());
            RunResult damaged = verify(old, moved);
            assertThat(damaged.report().outcome()).isEqualTo(Outcome.DIFFERENT);
            assertThat(damaged.report().differences())
                    .singleElement()
                    .satisfies(difference -> assertThat(difference.type()).isEqualTo("routes"));
        }
    }

    private static RunResult migrate(
            KeyspaceAddress from, KeyspaceAddress to, WorkDirectory work, TransferListener listener) {
        return new Migration(from, to, NEW, RunSettings.defaults(), work, context(listener)).run();
    }

    /** Stops this thread as a signal stops a run, as soon as a row is imported. */
    private static TransferListener interruptingTheImport() {
        Thread run = Thread.currentThread();
        AtomicBoolean stopped = new AtomicBoolean();
        return new TransferListener() {
            @Override
            public void done(Step step, String type, long entities, long bytes) {
                if (step == Step.IMPORT && !stopped.getAndSet(true)) {
                    run.interrupt();
                }
            }
        };
    }

    private static RunResult verify(KeyspaceAddress from, KeyspaceAddress to) {
        try (WorkDirectory work = WorkDirectory.below(directory, "verify", Instant.now())) {
            return new Verify(
                            from,
                            to,
                            Optional.of(Catalog.forVersion(NEW)),
                            RunSettings.defaults(),
                            work,
                            context(TransferListener.NONE))
                    .run();
        }
    }

    private static RunContext context(TransferListener listener) {
        return new RunContext("test", Map.of(), "test", "test@test", Clock.systemUTC(), listener, plan -> true);
    }

    /** Takes one route away. */
    private static void damage(CassandraContainer target, String keyspace) {
        try (CqlSession session = CqlSession.builder()
                .addContactPoint(target.getContactPoint())
                .withLocalDatacenter(target.getLocalDatacenter())
                .build()) {
            Object id = requireNonNull(session.execute("SELECT id FROM " + keyspace + ".routes LIMIT 1")
                            .one())
                    .getUuid("id");
            session.execute("DELETE FROM " + keyspace + ".routes WHERE partition = 'routes' AND id = " + id);
        }
    }

    private static CassandraContainer started(String image) {
        CassandraContainer container = new CassandraContainer(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("cassandra"))
                .withEnv("MAX_HEAP_SIZE", HEAP)
                .withEnv("HEAP_NEWSIZE", "128M");
        container.start();
        return container;
    }

    private static KeyspaceAddress address(CassandraContainer container, String keyspace) {
        InetSocketAddress contact = container.getContactPoint();
        return KeyspaceAddress.at(new ContactPoint(contact.getHostString(), contact.getPort()))
                .keyspace(keyspace)
                .datacenter(container.getLocalDatacenter())
                .replication(new Replication.Simple(1))
                .build();
    }

    private static String property(String name) {
        return System.getProperty(name, DEFAULT_IMAGE);
    }
}
