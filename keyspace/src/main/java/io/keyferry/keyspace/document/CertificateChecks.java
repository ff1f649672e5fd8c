package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Value;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Kong checks of certificates in code: that they are such, that each fits its key, and that an authority's is one
 * and has not expired. A key of a kind that Java does not know passes.
 */
final class CertificateChecks {
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----");
    private static final byte[] PROBE = "keyferry".getBytes(StandardCharsets.US_ASCII);

    private final Value.Mapping fields;
    private final BiConsumer<String, String> problems;

    /** @param problems takes a field's path and what is wrong */
    CertificateChecks(Value.Mapping fields, BiConsumer<String, String> problems) {
        this.fields = fields;
        this.problems = problems;
    }

    /** Of {@code certificates}: both pairs of certificate and key, and that they are of two kinds. */
    void pairs() {
        X509Certificate first = pair("cert", "key");
        X509Certificate second = pair("cert_alt", "key_alt");
        if (first != null
                && second != null
                && first.getPublicKey()
                        .getAlgorithm()
                        .equals(second.getPublicKey().getAlgorithm())) {
            problems.accept(
                    "cert_alt",
                    "must be of another kind than 'cert' (one RSA, the other ECDSA), but both are "
                            + first.getPublicKey().getAlgorithm() + ": remove one");
        }
    }

    /** Of {@code ca_certificates}. */
    void authority(Instant now) {
        String text = text("cert");
        if (text == null) {
            return;
        }
        if (BLOCK.matcher(text).results().count() > 1) {
            problems.accept("cert", "holds more than one certificate: make an entity of each");
            return;
        }
        X509Certificate certificate = certificate("cert", text);
        if (certificate == null) {
            return;
        }
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            problems.accept(
                    "cert",
                    "has expired (" + end + "), and Kong refuses a file with an expired CA certificate: renew or remove"
                            + " it");
        }
        if (certificate.getBasicConstraints() < 0) {
            problems.accept("cert", "is no CA certificate (no basic constraint CA): put it under 'certificates'");
        }
    }

    private @Nullable X509Certificate pair(String certificateField, String keyField) {
        String text = text(certificateField);
        X509Certificate certificate = text == null ? null : certificate(certificateField, text);
        String keyText = text(keyField);
        if (keyText == null) {
            return certificate;
        }
        Optional<PemKey> key = PemKey.in(keyText);
        if (key.isEmpty()) {
            problems.accept(keyField, "is no private key in PEM form, without a password: correct it");
        } else if (certificate != null && !fits(certificate.getPublicKey(), key.get())) {
            problems.accept(keyField, "is not the key of '" + certificateField + "': correct one of them");
        }
        return certificate;
    }

    /** The text of a field; null where it is absent, null, or refers to a vault. */
    private @Nullable String text(String field) {
        return fields.values().get(field) instanceof Value.Text text
                        && !text.value().startsWith("{vault://")
                        && !text.value().isEmpty()
                ? text.value()
                : null;
    }

    /** The first certificate of a chain, as Kong takes it. */
    private @Nullable X509Certificate certificate(String field, String pem) {
        Matcher block = BLOCK.matcher(pem);
        try {
            if (block.find()) {
                String plain = block.group().replaceAll("(?:X509 |TRUSTED )CERTIFICATE", "CERTIFICATE");
                return (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(plain.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (CertificateException e) {
            // Told below, without its text.
        }
        problems.accept(field, "is no certificate in PEM form: correct it");
        return null;
    }

    /** Whether what the one signs the other verifies. */
    private static boolean fits(PublicKey known, PemKey key) {
        try {
            Optional<PrivateKey> secret = key.of(known);
            if (secret.isEmpty()) {
                return !key.isOfAnotherKind(known);
            }
            String algorithm = switch (known.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> known.getAlgorithm();
            };
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(secret.get());
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(known);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (java.security.SignatureException e) {
            return false;
        } catch (GeneralSecurityException | RuntimeException e) {
            // A curve or a form that this Java does not have: nothing is known against it.
            return true;
        }
    }
}
