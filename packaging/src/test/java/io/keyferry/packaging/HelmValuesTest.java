package io.keyferry.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of Kong's chart for the new gateway. */
class HelmValuesTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static JsonNode values(String name) throws IOException {
        return YAML.readTree(
                SourceFiles.at("docker/helm/" + name + "-values.yaml").toFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {"green", "green-proxy", "green-admin"})
    void noGreenReleaseRunsMigrations(String name) throws IOException {
        JsonNode migrations = values(name).path("migrations");

        for (String job : new String[] {"init", "preUpgrade", "postUpgrade"}) {
            assertThat(migrations.path(job).isBoolean()).as(job).isTrue();
            assertThat(migrations.path(job).asBoolean()).as(job).isFalse();
        }
    }

    @Test
    void oneReleaseRunsTheMigrationsOfLaterUpgrades() throws IOException {
        JsonNode migrations = values("later-upgrade").path("migrations");

        assertThat(migrations.path("preUpgrade").asBoolean()).isTrue();
        assertThat(migrations.path("postUpgrade").asBoolean()).isTrue();
        assertThat(migrations.path("init").asBoolean(true)).isFalse();
    }

    @Test
    void thePasswordComesFromASecret() throws IOException {
        JsonNode environment = values("green").path("env");

        assertThat(environment.path("database").asText()).isEqualTo("cassandra");
        assertThat(environment
                        .at("/cassandra_password/valueFrom/secretKeyRef/name")
                        .asText())
                .isNotEmpty();
    }
}
