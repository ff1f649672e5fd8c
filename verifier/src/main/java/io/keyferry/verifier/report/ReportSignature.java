package io.keyferry.verifier.report;

/**
 * What a report says of its own signature, which stands in a file beside it: of the bytes of {@code report.json} as they
 * are, so that {@code openssl pkeyutl -verify -rawin} can check it as well.
 *
 * @param publicKey SubjectPublicKeyInfo in Base64
 * @param file the name of the file with the 64 bytes of the signature
 */
public record ReportSignature(String publicKey, String file) {
    /** What the name of a signature ends with, behind that of what is signed. */
    public static final String SUFFIX = ".sig";

    /** What is said of the file {@code name} when this key signs it. */
    public static ReportSignature of(String name, SigningKey key) {
        return new ReportSignature(key.verifying().base64(), name + SUFFIX);
    }
}
