package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.migrator.cli.Typing.Ended;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** {@code doctor} on a real node, and where there is none. */
class DoctorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void findsNothingAgainstARun() throws IOException {
        String old = Keyspaces.sample("doctor_old");
        try {
            Ended text = keyferry("doctor", "--from", Keyspaces.uri(old), "--to", Keyspaces.uri("doctor_new"));
            assertThat(text.exitCode()).as(text.out()).isZero();
            assertThat(text.out())
                    .contains("ok       java")
                    .contains("memory")
                    .contains("127.0.0.1 can be listened on")
                    .containsPattern("source connection +cassandra://.*, Cassandra 5\\..*, 1 node in datacenter1")
                    .containsPattern("target permissions +a new keyspace may be made")
                    .containsPattern("source latency +nine of ten reads of one row take at most [0-9.]+ ms")
                    .contains("Nothing stands against a run.");

            JsonNode json = JSON.readTree(
                    keyferry("doctor", "--from", Keyspaces.uri(old), "--json").out());
            assertThat(json.get("schema").asText()).isEqualTo("keyferry.doctor/1");
            assertThat(json.get("healthy").asBoolean()).isTrue();
            assertThat(json.get("findings").findValuesAsText("about"))
                    .contains("java", "memory", "ports", "source clock", "source permissions")
                    .doesNotContain("target connection");
        } finally {
            Keyspaces.drop(old);
        }
    }

    @Test
    void saysWhichSideCannotBeReached() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String nowhere = "cassandra://127.0.0.1:" + port + "/kong";
        Ended source = keyferry("doctor", "--from", nowhere);
        assertThat(source.exitCode()).isEqualTo(3);
        assertThat(source.out()).contains("problem  source connection").contains("A run would fail.");
        assertThat(keyferry("doctor", "--to", nowhere).exitCode()).isEqualTo(4);
    }
}
