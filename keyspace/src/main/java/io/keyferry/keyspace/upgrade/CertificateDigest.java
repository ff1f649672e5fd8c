package io.keyferry.keyspace.upgrade;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/** Kong's {@code cert_digest}, from 2.1 on: the lower-case hex SHA-256 of the certificate's DER form. */
public final class CertificateDigest {
    private CertificateDigest() {}

    /**
     * The digest of a certificate in PEM form.
     *
     * @throws CertificateException when the text holds no certificate that can be read
     */
    public static String of(String pem) throws CertificateException {
        byte[] der = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                .getEncoded();
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
