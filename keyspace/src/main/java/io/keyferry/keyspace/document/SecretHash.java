package io.keyferry.keyspace.document;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The form in which Kong 2.1 and later keep the secret of an OAuth 2 client with {@code hash_secret}: PBKDF2 with
 * SHA-512, 10,000 rounds and 32 bytes, in the notation {@code $pbkdf2-sha512$i=..,l=..$salt$hash}.
 *
 * <p>Kong draws the 16 bytes of salt by lot. Ours are made of the credential's id, and of nothing secret: two credentials
 * never share a salt, and importing a file twice is the same as importing it once.
 */
final class SecretHash {
    private static final int ROUNDS = 10_000;
    private static final int LENGTH = 32;
    private static final int SALT_LENGTH = 16;
    private static final String SALT_OF = "keyferry:oauth2_credentials:client_secret:";

    private SecretHash() {}

    /** The hash of a secret. */
    static String of(String secret, String credentialId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((SALT_OF + credentialId).getBytes(StandardCharsets.UTF_8));
            return of(secret, Arrays.copyOf(digest, SALT_LENGTH));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(String secret, byte[] salt) {
        PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, ROUNDS, LENGTH * Byte.SIZE);
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
            return "$pbkdf2-sha512$i=" + ROUNDS + ",l=" + LENGTH + "$" + base64.encodeToString(salt) + "$"
                    + base64.encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java 17 has PBKDF2 with SHA-512", e);
        } finally {
            spec.clearPassword();
        }
    }
}
