package io.keyferry.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is changed in a report is found, and said. */
final class ReportCheckTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void writeReport() throws IOException {
        file = directory.resolve("report.json");
        write(report -> {});
    }

    private void write(Consumer<ObjectNode> change) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportJson.write(Reports.sound(), out);
        ObjectNode report = (ObjectNode) JSON.readTree(out.toByteArray());
        change.accept(report);
        Files.write(file, JSON.writeValueAsBytes(report));
    }

    private List<String> problems() {
        return ReportCheck.of(file, Optional.empty()).problems();
    }

    private void isFound(Consumer<ObjectNode> change, String... said) throws IOException {
        write(change);
        assertThat(String.join("\n", problems())).contains(said);
    }

    private static ObjectNode at(ObjectNode report, String place) {
        return (ObjectNode) report.at(place);
    }

    @Test
    void findsNothingWrongWithASoundReport() {
        ReportCheck check = ReportCheck.of(file, Optional.empty());

        assertThat(check.problems()).isEmpty();
        assertThat(check.notes())
                .contains("sums: add up", "signature: none, so whoever can write the file can have changed it")
                .contains("differences.jsonl: not beside the report, so not checked");
    }

    @Test
    void findsEveryCountThatDoesNotAddUp() throws IOException {
        for (String count : List.of("read", "matched", "different", "missing")) {
            isFound(
                    report -> at(report, "/entities/routes").put(count, 7),
                    "entities.routes: read is",
                    "matched + different + missing + excluded");
        }
        isFound(report -> at(report, "/entities/consumers").put("target", 7), "entities.consumers: target is 7");
        isFound(report -> at(report, "/entities/routes").put("extra", 7), "differences lists");
        isFound(report -> at(report, "/entities/routes/excluded").put("another reason", 1), "entities.routes: read is");
        isFound(report -> at(report, "/entities/routes").put("matched_by_rule", 5_000), "more than matched");
        isFound(report -> report.put("seconds", 3), "seconds is 3");
        isFound(
                report -> ((ArrayNode) report.path("steps"))
                        .addObject()
                        .put("name", "verify")
                        .put("seconds", 1)
                        .put("entities", 3)
                        .put("bytes", 0),
                "steps: verify is said to have dealt with 3 entities");
    }

    @Test
    void findsAnOutcomeThatTheCountsDoNotBearOut() throws IOException {
        isFound(report -> report.put("outcome", "equal"), "outcome is equal, but 4 entities are not");
        isFound(report -> report.put("outcome", "drifted"), "outcome is drifted, but 0 entities are drifted");
        isFound(report -> report.put("outcome", "failed"), "but there is no error");
        isFound(
                report -> {
                    report.put("outcome", "equal");
                    report.remove("verification");
                },
                "outcome is equal, but there is no verification");
    }

    @Test
    void findsDigestsThatDifferWhereAllIsSaidToMatch() throws IOException {
        isFound(
                report -> at(report, "/entities/consumers/digest").put("target", "0".repeat(64)),
                "entities.consumers: all entities are said to match, but digest.expected and digest.target differ");
        isFound(report -> at(report, "/entities/consumers").remove("digest"), "entities.consumers has no digest");
    }

    @Test
    void findsDifferencesThatWereRemovedOrMoved() throws IOException {
        isFound(report -> ((ArrayNode) report.path("differences")).remove(0), "differences lists 3 of 4");
        isFound(
                report -> ((ObjectNode) report.path("differences").get(0)).put("type", "consumers"),
                "differences lists 1 consumers as different, but the count is 0");
        isFound(
                report -> ((ObjectNode) report.path("files").get(0)).put("lines", 3),
                "differences.jsonl has 3 lines, but the counts tell of 4");
    }

    @Test
    void findsAProofThatWasMadeStronger() throws IOException {
        isFound(
                report -> at(report, "/verification/self_test").put("damaged", 65),
                "not all that was damaged was found");
        isFound(report -> at(report, "/verification").put("rows_read_again", 1), "rows_read_again is 1, but");
        isFound(
                report -> at(report, "/verification/types/routes").put("positions", "18446744073709551615"),
                "verification.types.routes: its slices are 18446744073709551615 positions wide");
        isFound(
                report -> ((ArrayNode) report.path("files"))
                        .addObject()
                        .put("name", "violations.jsonl")
                        .put("bytes", 10)
                        .put("lines", 1)
                        .put("sha256", "ab".repeat(32)),
                "lines of violations.jsonl is 1, but violated is 0");
        isFound(
                report -> {
                    at(report, "/verification").put("buckets_read_again", 0);
                    at(report, "/verification/types/routes").put("buckets_read_again", 0);
                },
                "says that no bucket differed");
    }

    @Test
    void findsLedgersThatSayTwoThings() throws IOException {
        isFound(
                report -> ((ArrayNode) report.path("ledger"))
                        .add(report.path("ledger").get(0).deepCopy()),
                "ledger tells of routes.ws_id twice");
    }

    @Test
    void findsWhatTheSchemaForbids() throws IOException {
        isFound(report -> report.put("outcome", "perfect"), "schema: /outcome");
        Files.writeString(file, "{\"schema\": \"keyferry.report/1\", \"schema\": \"keyferry.report/1\"}");
        assertThatThrownBy(this::problems).hasMessageContaining("Duplicate field 'schema'");
        Files.writeString(file, "no json");
        assertThatThrownBy(this::problems).hasMessageContainingAll("is no report", "line 1");
    }

    @Test
    void findsAFileOfDifferencesThatWasChanged() throws IOException {
        Path differences = Files.writeString(directory.resolve("differences.jsonl"), "{}\n{}\n{}\n{}\n");
        write(report -> ((ObjectNode) report.path("files").get(0))
                .put("sha256", Sha256.hex("{}\n{}\n{}\n{}\n".getBytes(StandardCharsets.UTF_8))));
        assertThat(problems()).isEmpty();

        Files.writeString(differences, "{}\n{}\n{}\n");

        assertThat(problems())
                .containsExactly(
                        "differences.jsonl: its SHA-256 is not the one that the report names, so it was changed");
    }

    private SigningKey key(String name) throws Exception {
        byte[] encoded = KeyPairGenerator.getInstance("Ed25519")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        return SigningKey.read(Files.writeString(directory.resolve(name), pem("PRIVATE KEY", encoded)));
    }

    private static String pem(String label, byte[] encoded) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded) + "\n-----END " + label
                + "-----\n";
    }

    private void sign(SigningKey key) throws IOException {
        write(report -> report.putObject("signature")
                .put("algorithm", "Ed25519")
                .put("public_key", key.verifying().base64())
                .put("file", "report.json.sig"));
        Files.write(directory.resolve("report.json.sig"), key.sign(Files.readAllBytes(file)));
    }

    @Test
    void believesAGoodSignature() throws Exception {
        SigningKey key = key("key.pem");
        sign(key);

        assertThat(problems()).isEmpty();
        ReportCheck check = ReportCheck.of(file, Optional.of(key.verifying()));
        assertThat(check.problems()).isEmpty();
        assertThat(check.notes())
                .contains("signature: good, by " + key.verifying().fingerprint() + ", the key given");
    }

    @Test
    void findsAnyByteThatChangedAfterSigning() throws Exception {
        sign(key("key.pem"));
        String signed = Files.readString(file);
        Files.writeString(file, signed.replace("look here", "look away"));

        assertThat(problems()).singleElement().asString().contains("signature: it is not that of this file");
    }

    @Test
    void findsASignatureThatWasTakenAwayOrExchanged() throws Exception {
        SigningKey key = key("key.pem");
        VerifyingKey trusted = key.verifying();
        sign(key("other.pem"));
        assertThat(ReportCheck.of(file, Optional.of(trusted)).problems())
                .singleElement()
                .asString()
                .contains("and not with the key given");

        sign(key);
        Files.delete(directory.resolve("report.json.sig"));
        assertThat(problems()).singleElement().asString().contains("report.json.sig is missing");

        write(report -> {});
        assertThat(ReportCheck.of(file, Optional.of(trusted)).problems())
                .singleElement()
                .asString()
                .contains("the report is not signed, but should be");

        Files.write(directory.resolve("report.json.sig"), new byte[64]);
        assertThat(problems()).singleElement().asString().contains("does not say that it was signed");

        sign(key);
        Files.write(directory.resolve("report.json.sig"), new byte[] {1, 2, 3});
        assertThat(problems()).singleElement().asString().contains("it is not that of this file");
    }

    @Test
    void saysWhatIsWrongWithAKey() throws Exception {
        Map<String, String> wrong = Map.of(
                "no key at all",
                "holds no key in the form of PEM",
                pem("ENCRYPTED PRIVATE KEY", new byte[100]),
                "holds a block ENCRYPTED PRIVATE KEY and not PRIVATE KEY",
                pem(
                        "PRIVATE KEY",
                        KeyPairGenerator.getInstance("EC")
                                .generateKeyPair()
                                .getPrivate()
                                .getEncoded()),
                "is no private key of Ed25519");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            Path bad = Files.writeString(directory.resolve("bad.pem"), each.getKey());
            assertThatThrownBy(() -> SigningKey.read(bad))
                    .hasMessageContainingAll(each.getValue(), "openssl genpkey -algorithm ed25519");
        }
        assertThatThrownBy(() -> SigningKey.read(directory.resolve("none.pem")))
                .hasMessageContaining("none.pem cannot be read");
    }

    /** RFC 8032, section 7.1, test 2. */
    @Test
    void signsAsTheStandardSays() throws Exception {
        String pkcs8 =
                "302e020100300506032b657004220420" + "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
        SigningKey key = SigningKey.read(Files.writeString(
                directory.resolve("rfc.pem"), pem("PRIVATE KEY", HexFormat.of().parseHex(pkcs8))));

        assertThat(key.sign(new byte[] {0x72}))
                .asHexString()
                .isEqualToIgnoringCase("92A009A9F0D4CAB8720E820B5F642540A2B27B5416503F8FB3762223EBDB69DA"
                        + "085AC1E43E15996E458F3613D0F11D8C387B2EAEB4302AEEB00D291612BB0C00");
        assertThat(key.verifying().base64())
                .isEqualTo(Base64.getEncoder()
                        .encodeToString(HexFormat.of()
                                .parseHex("302a300506032b6570032100"
                                        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")));
    }
}
