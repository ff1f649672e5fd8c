package io.keyferry.verifier.report;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.problem.KeyferryException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * An Ed25519 key (RFC 8032) that signs reports, as {@code openssl genpkey -algorithm ed25519} makes it. Immutable and
 * thread-safe.
 */
public final class SigningKey {
    static final String ALGORITHM = "Ed25519";
    private static final String REMEDY = "make one with 'openssl genpkey -algorithm ed25519 -out key.pem'";

    private final EdECPrivateKey secret;
    private final VerifyingKey verifying;

    private SigningKey(EdECPrivateKey secret, VerifyingKey verifying) {
        this.secret = secret;
        this.verifying = verifying;
    }

    /**
     * Reads a private key, PKCS #8 in PEM, not encrypted.
     *
     * @throws KeyferryException (USAGE) when it cannot be read or is another kind of key
     */
    public static SigningKey read(Path file) {
        byte[] encoded = PemFile.read(file, "PRIVATE KEY", REMEDY);
        try {
            EdECPrivateKey secret = (EdECPrivateKey)
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            SigningKey key = new SigningKey(secret, new VerifyingKey(publicKey(secret)));
            byte[] trial = {1};
            if (!key.verifying().signed(trial, key.sign(trial))) {
                throw new IllegalStateException("this Java derives another public key than that of " + file);
            }
            return key;
        } catch (GeneralSecurityException | ClassCastException e) {
            throw KeyferryException.usage(file + " is no private key of Ed25519 (" + e.getMessage() + "): " + REMEDY);
        }
    }

    /**
     * The file holds the private key alone, and Java has no method that tells the public one; but a pair is generated
     * from 32 random bytes, which are the private key itself. That this holds is tried whenever a key is read.
     */
    private static PublicKey publicKey(EdECPrivateKey secret) throws GeneralSecurityException {
        byte[] seed = secret.getBytes().orElseThrow(() -> new GeneralSecurityException("its bytes are not told"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        });
        return generator.generateKeyPair().getPublic();
    }

    /** The other half, which anybody may know. */
    public VerifyingKey verifying() {
        return verifying;
    }

    /** The signature of these bytes, 64 bytes; of the same bytes always the same. */
    public byte[] sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(requireNonNull(secret));
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was tried cannot sign", e);
        }
    }
}
