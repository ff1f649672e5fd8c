package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What Kong does to secrets of a file that does not say {@code _transform: false}: they are plain in the file and hashed
 * in the keyspace. Applied to entities whose references are resolved, since a password is hashed with its consumer's id.
 * Immutable and thread-safe.
 */
public final class Transformations {
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private final boolean transform;

    public Transformations(DocumentHeader header) {
        transform = header.transform() && !header.exact();
    }

    /**
     * The entity as Kong would store it.
     *
     * @throws KeyferryException (REFUSED) when a certificate is none
     */
    public Entity apply(Entity entity) {
        if (!transform) {
            return entity;
        }
        return switch (entity.type().name()) {
            case "basicauth_credentials" -> withHashedPassword(entity);
            case "ca_certificates" -> withDigest(entity);
            case "oauth2_credentials" -> withHashedSecret(entity);
            default -> entity;
        };
    }

    /** The lower-case hex SHA-1 of password and consumer id. */
    private static Entity withHashedPassword(Entity entity) {
        Optional<String> password = entity.text("password");
        Optional<String> consumer = entity.text("consumer");
        if (password.isEmpty() || consumer.isEmpty()) {
            return entity;
        }
        String hash = hex("SHA-1", (password.get() + consumer.get()).getBytes(StandardCharsets.UTF_8));
        return entity.toBuilder().put("password", Value.text(hash)).build();
    }

    /** {@code cert_digest}, from Kong 2.1 on: the lower-case hex SHA-256 of the certificate's DER form. */
    private static Entity withDigest(Entity entity) {
        Optional<String> certificate = entity.text("cert");
        if (certificate.isEmpty() || entity.type().field("cert_digest").isEmpty()) {
            return entity;
        }
        return entity.toBuilder()
                .put("cert_digest", Value.text(hex("SHA-256", der(entity, certificate.get()))))
                .build();
    }

    private static byte[] der(Entity entity, String pem) {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        try {
            if (begin >= 0 && end > begin) {
                return Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
            }
        } catch (IllegalArgumentException e) {
            // Not Base64: refused below as not PEM either.
        }
        throw KeyferryException.refused(entity + ": field 'cert' is no certificate in PEM form: correct it");
    }

    /** From Kong 2.1 on, where {@code hash_secret} is true. */
    private static Entity withHashedSecret(Entity entity) {
        Optional<String> secret = entity.text("client_secret");
        if (secret.isEmpty() || !Value.truth(true).equals(entity.value("hash_secret"))) {
            return entity;
        }
        String hash = SecretHash.of(secret.get(), entity.key().id());
        return entity.toBuilder().put("client_secret", Value.text(hash)).build();
    }

    private static String hex(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
