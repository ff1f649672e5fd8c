package io.keyferry.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.migrator.run.Migration;
import io.keyferry.migrator.run.RunContext;
import io.keyferry.migrator.run.RunResult;
import io.keyferry.migrator.run.RunSettings;
import io.keyferry.migrator.run.WorkDirectory;
import io.keyferry.rehearsal.SharedNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verifier that finds a defect in itself ends the run with 70: there is no verdict, and no gateway can start. */
class DefectTest {
    @TempDir
    private Path directory;

    private static KeyspaceAddress address(String keyspace) {
        InetSocketAddress node =
                Objects.requireNonNull(SharedNode.cluster().contactPoints().get(0));
        return KeyspaceAddress.at(new ContactPoint(node.getHostString(), node.getPort()))
                .keyspace(keyspace)
                .build();
    }

    /** As the books do that do not balance, and a self-test that fails. */
    private static final class Broken implements TransferListener {
        @Override
        public void done(Step step, String type, long entities, long bytes) {
            if (step == Step.VERIFY) {
                throw new IllegalStateException(type + ": 7 rows of the source were read but 6 are accounted for");
            }
        }
    }

    @Test
    void endsTheRunAsAnInternalErrorWithoutAVerdict() throws IOException {
        String source = Keyspaces.sample("defect_old");
        String target = SharedNode.freshKeyspaceName("defect_new");
        try {
            RunResult result;
            Path work = directory.resolve("work");
            try (WorkDirectory opened = WorkDirectory.at(work)) {
                result = new Migration(
                                address(source),
                                address(target),
                                KongVersion.parse("2.8"),
                                RunSettings.defaults(),
                                opened,
                                new RunContext(
                                        "migrate",
                                        Map.of(),
                                        "test",
                                        "jo@host",
                                        Clock.systemUTC(),
                                        new Broken(),
                                        plan -> true))
                        .run();
            }

            assertThat(ExitCode.of(result).code()).isEqualTo(70);
            JsonNode report = new ObjectMapper().readTree(Files.readAllBytes(work.resolve("report.json")));
            assertThat(report.path("outcome").asText()).isEqualTo("failed");
            assertThat(report.path("error").asText()).contains("are accounted for");
            assertThat(report.has("verification")).isFalse();
            assertThat(Keyspaces.count(target, "schema_meta"))
                    .as("migrations of Kong on the target")
                    .isZero();
        } finally {
            Keyspaces.drop(source);
            Keyspaces.drop(target);
        }
    }
}
