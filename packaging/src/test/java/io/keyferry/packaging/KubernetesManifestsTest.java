package io.keyferry.packaging;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.keyferry.migrator.cli.Main;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The manifests against the schema of the Kubernetes API, and against our own exit codes and options. */
class KubernetesManifestsTest {
    private static final String BASE = "docker/kubernetes/base";
    private static final String OVERLAYS = "docker/kubernetes/overlays/";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** All exit codes that are not 0, with those of a JVM that was killed (137) or asked to go (143). */
    private static final Set<Integer> FAILURES = Set.of(1, 2, 3, 4, 5, 6, 70, 130, 137, 143);
    /** Those that the next attempt will have too. */
    private static final Set<Integer> FINAL = Set.of(1, 2, 5, 70);

    private static List<ObjectNode> objects(String directory) throws IOException {
        return new Overlay(SourceFiles.at(directory)).objects();
    }

    private static void requireValid(JsonNode object) throws IOException {
        JsonElement element = JsonParser.parseString(object.toString());
        switch (object.path("kind").asText()) {
            case "Job" -> V1Job.validateJsonElement(element);
            case "CronJob" -> V1CronJob.validateJsonElement(element);
            case "ConfigMap" -> V1ConfigMap.validateJsonElement(element);
            case "ServiceAccount" -> V1ServiceAccount.validateJsonElement(element);
            case "PersistentVolumeClaim" -> V1PersistentVolumeClaim.validateJsonElement(element);
            default -> throw new IllegalArgumentException("no schema for " + object.path("kind"));
        }
    }

    private static JsonNode only(List<ObjectNode> objects, String kind) {
        assertThat(objects)
                .filteredOn(object -> object.path("kind").asText().equals(kind))
                .hasSize(1);
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode job(JsonNode object) {
        return object.path("kind").asText().equals("CronJob")
                ? object.at("/spec/jobTemplate/spec")
                : object.at("/spec");
    }

    private static List<JsonNode> jobs(String directory) throws IOException {
        return objects(directory).stream()
                .filter(object -> object.path("kind").asText().endsWith("Job"))
                .map(KubernetesManifestsTest::job)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE, OVERLAYS + "nightly-dry-run", OVERLAYS + "weekly-rehearsal", OVERLAYS + "migration"})
    void kubernetesKnowsEveryField(String directory) throws IOException {
        List<ObjectNode> objects = objects(directory);

        assertThat(objects).hasSizeGreaterThanOrEqualTo(4);
        for (ObjectNode object : objects) {
            requireValid(object);
        }
    }

    @Test
    void aFieldThatKubernetesDoesNotKnowWouldBeFound() throws IOException {
        ObjectNode cronJob = (ObjectNode) only(objects(BASE), "CronJob");
        ObjectNode container = (ObjectNode) cronJob.at("/spec/jobTemplate/spec/template/spec/containers/0");
        container.put("readOnly", true);

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> requireValid(cronJob)))
                .hasMessageContaining("readOnly");
    }

    @Test
    void noTwoRunsOfAScheduleOverlap() throws IOException {
        assertThat(only(objects(BASE), "CronJob").at("/spec/concurrencyPolicy").asText())
                .isEqualTo("Forbid");
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE, OVERLAYS + "weekly-rehearsal"})
    void everyExitCodeHasItsFailurePolicy(String directory) throws IOException {
        for (JsonNode job : jobs(directory)) {
            Map<String, Set<Integer>> codes = new java.util.HashMap<>();
            for (JsonNode rule : job.at("/podFailurePolicy/rules")) {
                JsonNode onExitCodes = rule.path("onExitCodes");
                if (onExitCodes.isMissingNode()) {
                    assertThat(rule.path("action").asText()).isEqualTo("Ignore");
                    continue;
                }
                assertThat(onExitCodes.path("operator").asText()).isEqualTo("In");
                assertThat(onExitCodes.path("containerName").asText()).isEqualTo("keyferry");
                onExitCodes
                        .path("values")
                        .forEach(code -> codes.computeIfAbsent(
                                        rule.path("action").asText(), action -> new HashSet<>())
                                .add(code.asInt()));
            }
            Set<Integer> others = new HashSet<>(FAILURES);
            others.removeAll(FINAL);
            assertThat(codes).isEqualTo(Map.of("FailJob", FINAL, "Count", others));
            // Kubernetes takes a failure policy of pods that are not restarted only.
            assertThat(job.at("/template/spec/restartPolicy").asText()).isEqualTo("Never");
        }
    }

    @Test
    void thePolicyKnowsEveryExitCodeThatTheHelpNames() {
        List<Integer> helped = new ArrayList<>();
        for (String line : Main.commandLine().getCommandSpec().usageMessage().footer()) {
            if (line.matches(" {2}\\d+ .*")) {
                helped.add(Integer.parseInt(line.strip().split(" ", 2)[0]));
            }
        }

        assertThat(helped).contains(0, 1, 130);
        assertThat(FAILURES)
                .containsAll(helped.stream().filter(code -> code != 0).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE, OVERLAYS + "nightly-dry-run", OVERLAYS + "weekly-rehearsal", OVERLAYS + "migration"})
    void podsAreLockedUpAndHoldNoPassword(String directory) throws IOException {
        for (JsonNode job : jobs(directory)) {
            JsonNode pod = job.at("/template/spec");
            JsonNode container = pod.at("/containers/0");
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                    .isTrue();
            assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                    .isFalse();
            assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                    .isEqualTo("ALL");
            assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
            assertThat(StreamSupport.stream(container.path("env").spliterator(), false)
                            .filter(variable -> variable.path("name").asText().contains("PASSWORD")))
                    .hasSize(2)
                    .allSatisfy(variable -> {
                        assertThat(variable.has("value")).isFalse();
                        assertThat(variable.at("/valueFrom/secretKeyRef/name").asText())
                                .isEqualTo("keyferry");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nightly-dry-run", "weekly-rehearsal", "migration"})
    void anOverlayHasOneRunOfACommandLineThatKeyferryTakes(String name) throws IOException {
        List<ObjectNode> objects = objects(OVERLAYS + name);
        List<JsonNode> jobs = jobs(OVERLAYS + name);
        assertThat(jobs).hasSize(1);
        JsonNode data = only(objects, "ConfigMap").path("data");
        List<String> arguments = new ArrayList<>();
        jobs.get(0).at("/template/spec/containers/0/args").forEach(argument -> arguments.add(argument.asText()));
        CommandLine commandLine = Main.commandLine();
        CommandLine command = requireNonNull(commandLine.getSubcommands().get(arguments.get(0)));
        Set<String> variables = new HashSet<>();
        command.getCommandSpec().options().forEach(option -> variables.add(variable(option.longestName())));

        assertThat(data.fieldNames()).toIterable().isSubsetOf(variables);
        data.properties()
                .forEach(entry -> arguments.add("--"
                        + entry.getKey()
                                .substring("KEYFERRY_".length())
                                .replace('_', '-')
                                .toLowerCase(java.util.Locale.ROOT)
                        + "=" + entry.getValue().asText()));
        assertThat(commandLine.parseArgs(arguments.toArray(String[]::new)).hasSubcommand())
                .isTrue();
        assertThat(arguments.contains("--yes")).as("only the migration writes").isEqualTo(name.equals("migration"));
    }

    private static String variable(String option) {
        return "KEYFERRY_" + option.substring(2).replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nightly-dry-run", "weekly-rehearsal", "migration"})
    void kubectlMakesTheSameOfAnOverlay(String name) throws IOException, InterruptedException {
        assumeTrue(Program.isHere("kubectl"), "there is no kubectl here");
        Path overlay = SourceFiles.at(OVERLAYS + name);
        Program.Ended ended = Program.run("kubectl", "kustomize", overlay.toString());
        assertThat(ended.exitCode()).as(ended.output()).isZero();

        List<JsonNode> theirs = new ArrayList<>();
        YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(ended.output().replaceAll("(name: keyferry)-[a-z0-9]{10}\\b", "$1"))
                .forEachRemaining(theirs::add);
        List<ObjectNode> ours = objects(OVERLAYS + name);

        assertThat(theirs).hasSameSizeAs(ours);
        for (JsonNode object : theirs) {
            // Labels that kustomize adds for all are not what this is about.
            JsonNode same = only(ours, object.path("kind").asText());
            for (String part : List.of("spec", "data", "automountServiceAccountToken")) {
                assertThat(sorted(object.path(part)))
                        .as(object.path("kind") + " " + part)
                        .isEqualTo(sorted(same.path(part)));
            }
        }
    }

    /** The same with lists of named things in the order of their names, which is kustomize's to choose. */
    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ArrayNode array && array.path(0).has("name")) {
            List<JsonNode> entries = new ArrayList<>();
            array.forEach(entry -> entries.add(sorted(entry)));
            entries.sort(Comparator.comparing(entry -> entry.path("name").asText()));
            return YAML.createArrayNode().addAll(entries);
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = YAML.createObjectNode();
            object.properties().forEach(field -> copy.set(field.getKey(), sorted(field.getValue())));
            return copy;
        }
        return node;
    }
}
