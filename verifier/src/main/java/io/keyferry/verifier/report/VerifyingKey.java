package io.keyferry.verifier.report;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.problem.KeyferryException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The public half of a {@link SigningKey}, as {@code openssl pkey -pubout} writes it. Immutable and thread-safe. */
public final class VerifyingKey {
    private static final String REMEDY =
            "take the one of the private key with 'openssl pkey -in key.pem -pubout -out public.pem'";

    private final PublicKey key;

    VerifyingKey(PublicKey key) {
        this.key = requireNonNull(key, "key is null");
    }

    /**
     * Reads a public key in PEM.
     *
     * @throws KeyferryException (USAGE) when it cannot be read or is another kind of key
     */
    public static VerifyingKey read(Path file) {
        try {
            return of(PemFile.read(file, "PUBLIC KEY", REMEDY));
        } catch (GeneralSecurityException e) {
            throw KeyferryException.usage(file + " is no public key of Ed25519 (" + e.getMessage() + "): " + REMEDY);
        }
    }

    /** The key that a report names. */
    static VerifyingKey parse(String base64) throws GeneralSecurityException {
        try {
            return of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("it is no Base64", e);
        }
    }

    private static VerifyingKey of(byte[] encoded) throws GeneralSecurityException {
        return new VerifyingKey(
                KeyFactory.getInstance(SigningKey.ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
    }

    /** The key's SubjectPublicKeyInfo in Base64, as it stands in a PEM file. */
    public String base64() {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** A short name for people to compare: the SHA-256 of the key. */
    public String fingerprint() {
        return "SHA256:"
                + Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(Sha256.digest().digest(key.getEncoded()));
    }

    /** Whether the signature is this key's of these bytes. */
    public boolean signed(byte[] bytes, byte[] signature) {
        try {
            Signature check = Signature.getInstance(SigningKey.ALGORITHM);
            check.initVerify(key);
            check.update(bytes);
            return check.verify(signature);
        } catch (SignatureException e) {
            return false; // Not even the form of one.
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java 17 has Ed25519", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerifyingKey that && base64().equals(that.base64());
    }

    @Override
    public int hashCode() {
        return base64().hashCode();
    }

    @Override
    public String toString() {
        return fingerprint();
    }
}
