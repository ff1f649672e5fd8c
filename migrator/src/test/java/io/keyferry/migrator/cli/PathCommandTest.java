package io.keyferry.migrator.cli;

import static io.keyferry.migrator.cli.Typing.keyferry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keyferry.migrator.cli.Typing.Ended;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PathCommandTest {
    @Test
    void tellsTheHopsAndWhatTheyAskFor() {
        Ended ended = keyferry("path", "--from-kong", "2.6.1", "--kong", "3.1", "--topology", "hybrid");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().replaceAll("\\s+", " "))
                .startsWith("Path 2.6 -> 2.7 -> 2.8 -> 3.0 -> 3.1, hybrid Hop 2.6 -> 2.7")
                .containsSubsequence(
                        "Hop 2.8 -> 3.0",
                        "From take the old side to 2.8.2 or later",
                        "or dump and restore with Keyferry",
                        "By hand path_handling v1",
                        "Hop 3.0 -> 3.1",
                        "control plane first",
                        "keyferry migrate --from PLACE --to PLACE --kong 3.1");
        assertThat(ended.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void tellsAReleaseThatIsTooOldToGoFirst() throws IOException {
        Ended text = keyferry("path", "--from-kong", "2.8.1", "--kong", "3.0");
        Ended ended = keyferry("path", "--from-kong", "2.8.1", "--kong", "3.0", "--json");

        assertThat(text.out()).contains("First       take the old side to 2.8.2 or later");
        JsonNode json = new ObjectMapper().readTree(ended.out());
        assertThat(json.path("schema").asText()).isEqualTo("keyferry.path/1");
        assertThat(json.path("topology").asText()).isEqualTo("traditional");
        JsonNode hop = json.path("hops").path(0);
        assertThat(hop.path("at_least").asText()).isEqualTo("2.8.2");
        assertThat(hop.path("too_old").asBoolean()).isTrue();
        assertThat(hop.path("keyferry").asBoolean()).isTrue();
        assertThat(hop.path("asks").findValuesAsText("by")).contains("you", "keyferry");
    }

    @Test
    void offersNoDumpOfWhatKeyferryDoesNotKnow() {
        assertThat(keyferry("path", "--from-kong", "0.36", "--kong", "2.8").out())
                .contains("0.36 -> 1.3 -> 1.5 -> 2.1")
                .doesNotContain("keyferry migrate");
        assertThat(keyferry("path", "--from-kong", "2.8", "--kong", "3.3", "--topology", "dbless")
                        .out())
                .doesNotContain("keyferry migrate");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        Ended unknown = keyferry("path", "--from-kong", "2.8", "--kong", "3.9");
        Ended topology = keyferry("path", "--from-kong", "2.8", "--kong", "3.0", "--topology", "mesh");

        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("--kong 3.9.0", "they go through 0.36, 1.3");
        assertThat(topology.exitCode()).isEqualTo(2);
        assertThat(topology.err()).contains("--topology takes traditional, hybrid, dbless, not 'mesh'");
    }
}
