package io.keyferry.keyspace.upgrade;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kong's {@code cert_digest}, from 2.1 on: the lower-case hex SHA-256 of the certificate's DER form. */
public final class CertificateDigest {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([^-]*)-----END ");

    private static final byte SEQUENCE = 0x30;
    private static final int LONG_FORM = 0x80;
    /** Up to 16 MB. */
    private static final int MOST_LENGTH_BYTES = 3;

    private CertificateDigest() {}

    /**
     * The digest of the first certificate of a text in PEM form. Its content is not looked at: OpenSSL takes certificates
     * that Java does not, such as those of keys with explicit curve parameters. What follows the certificate in its block
     * is not of it: the trust of a {@code TRUSTED CERTIFICATE}.
     *
     * @throws CertificateException when the text holds none
     */
    public static String of(String pem) throws CertificateException {
        byte[] der = der(pem);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] der(String pem) throws CertificateException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new CertificateException("no block BEGIN CERTIFICATE");
        }
        byte[] der;
        try {
            der = Base64.getDecoder().decode(block.group(1).replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("its block is no Base64", e);
        }
        int length = sequence(der);
        if (length < 0 || length > der.length) {
            throw new CertificateException("its block is no whole DER sequence");
        }
        return Arrays.copyOf(der, length);
    }

    /** How many bytes the sequence takes that comes first, by its tag and length; -1 where none does. */
    private static int sequence(byte[] der) {
        if (der.length < 2 || der[0] != SEQUENCE) {
            return -1;
        }
        int first = der[1] & 0xff;
        if (first < LONG_FORM) {
            return 2 + first;
        }
        int bytes = first - LONG_FORM;
        if (bytes < 1 || bytes > MOST_LENGTH_BYTES || der.length < 2 + bytes) {
            return -1;
        }
        int length = 0;
        for (int i = 0; i < bytes; i++) {
            length = (length << Byte.SIZE) | (der[2 + i] & 0xff);
        }
        return 2 + bytes + length;
    }
}
