package io.keyferry.keyspace.document;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateChecksTest {
    private final List<String> problems = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "ec.crt, ec.pkcs8.key",
        "ec.crt, ec.sec1.key",
        "rsa.crt, rsa.pkcs8.key",
        "rsa.crt, rsa.pkcs1.key",
        "ed25519.crt, ed25519.key"
    })
    void aCertificateFitsItsKey(String certificate, String key) throws IOException {
        checks("cert", file(certificate), "key", file(key)).pairs();
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ec.crt, other-ec.pkcs8.key",
        "ec.crt, other-ec.sec1.key",
        "ec.crt, rsa.pkcs8.key",
        "ec.crt, rsa.pkcs1.key",
        "rsa.crt, ec.pkcs8.key",
        "rsa.crt, ec.sec1.key",
        "rsa.crt, ed25519.key",
        "ed25519.crt, ec.pkcs8.key"
    })
    void anotherKeyDoesNot(String certificate, String key) throws IOException {
        checks("cert", file(certificate), "key", file(key)).pairs();
        assertThat(problems).containsExactly("key: is not the key of 'cert': correct one of them");
    }

    @Test
    void whatIsNeitherCertificateNorKeyIsTold() throws IOException {
        checks("cert", "c", "key", "k", "cert_alt", file("ec.crt"), "key_alt", file("encrypted.key"))
                .pairs();
        assertThat(problems)
                .containsExactly(
                        "cert: is no certificate in PEM form: correct it",
                        "key: is no private key in PEM form, without a password: correct it",
                        "key_alt: is no private key in PEM form, without a password: correct it");
    }

    @Test
    void referencesToAVaultPass() {
        checks("cert", "{vault://env/cert}", "key", "{vault://env/key}").pairs();
        assertThat(problems).isEmpty();
    }

    @Test
    void theAlternativeIsOfAnotherKind() throws IOException {
        checks("cert", file("ec.crt"), "key", file("ec.sec1.key"), "cert_alt", file("ca.crt"))
                .pairs();
        assertThat(problems).singleElement().asString().contains("cert_alt: must be of another kind", "both are EC");
    }

    @Test
    void ofAChainTheFirstCertificateCounts() throws IOException {
        checks("cert", "a comment\n" + file("ec.crt") + file("ca.crt"), "key", file("ec.sec1.key"))
                .pairs();
        assertThat(problems).isEmpty();
    }

    @Test
    void anAuthorityIsOneAndHasNotExpired() throws IOException {
        Instant now = Instant.parse("2026-12-01T00:00:00Z");
        checks("cert", file("ca.crt")).authority(now);
        assertThat(problems).isEmpty();
        checks("cert", file("ca.crt")).authority(now.plusSeconds(1_000_000_000));
        checks("cert", file("ec.crt")).authority(now);
        checks("cert", file("ca.crt") + file("ca.crt")).authority(now);
        assertThat(problems)
                .satisfiesExactly(
                        first -> assertThat(first).contains("has expired (", "renew or remove"),
                        second -> assertThat(second).contains("is no CA certificate"),
                        third -> assertThat(third).contains("more than one certificate"));
    }

    private CertificateChecks checks(String... fields) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            values.put(fields[i], Value.text(fields[i + 1]));
        }
        return new CertificateChecks(new Value.Mapping(values), (field, what) -> problems.add(field + ": " + what));
    }

    private static String file(String name) throws IOException {
        try (InputStream in = CertificateChecksTest.class.getResourceAsStream("certificates/" + name)) {
            return new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
