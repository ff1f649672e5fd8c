package io.keyferry.keyspace.document;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM form: PKCS#8 ({@code PRIVATE KEY}), or one of OpenSSL's older forms ({@code RSA PRIVATE KEY},
 * {@code EC PRIVATE KEY}), which Java reads when they are wrapped into PKCS#8. Without a password, which Kong could not
 * know.
 */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC |DSA )?PRIVATE KEY)-----([^-]*)-----END \\1-----");
    private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA", "DSA");
    private static final byte[] VERSION = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;

    private final String label;
    private final byte[] der;

    private PemKey(String label, byte[] der) {
        this.label = label;
        this.der = der;
    }

    /** The first key in a text. */
    static Optional<PemKey> in(String text) {
        Matcher block = BLOCK.matcher(text);
        // A password's headers hold a '-' and so never match.
        if (!block.find()) {
            return Optional.empty();
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2).getBytes(StandardCharsets.US_ASCII));
            boolean plausible = der.length > 2 && der[0] == SEQUENCE;
            return plausible ? Optional.of(new PemKey(block.group(1), der)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The key as one of the same kind and curve as a public key; empty where Java cannot read it so. */
    Optional<PrivateKey> of(PublicKey known) throws GeneralSecurityException {
        return read(known.getAlgorithm(), label.equals("PRIVATE KEY") ? der : wrapped(known));
    }

    /** Whether it is surely a key of another kind. */
    boolean isOfAnotherKind(PublicKey known) throws GeneralSecurityException {
        if (!label.equals("PRIVATE KEY")) {
            return !label.startsWith(known.getAlgorithm());
        }
        for (String kind : KINDS) {
            if (!kind.equals(known.getAlgorithm()) && read(kind, der).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<PrivateKey> read(String kind, byte[] pkcs8) throws GeneralSecurityException {
        try {
            return Optional.of(KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        }
    }

    /** PKCS#8 around the older form; which algorithm and curve it is, the public key says. */
    private byte[] wrapped(PublicKey known) {
        byte[] info = known.getEncoded();
        int algorithm = contents(info, 0);
        byte[] identifier = Arrays.copyOfRange(info, algorithm, end(info, algorithm));
        return element(SEQUENCE, joined(VERSION, identifier, element(OCTETS, der)));
    }

    /** Where the contents of the DER element at a place begin. */
    private static int contents(byte[] bytes, int at) {
        int first = bytes[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int end(byte[] bytes, int at) {
        int begin = contents(bytes, at);
        int length = bytes[at + 1] & 0xff;
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < begin; i++) {
                length = length << 8 | (bytes[i] & 0xff);
            }
        }
        return begin + length;
    }

    private static byte[] element(int tag, byte[] contents) {
        byte[] length = BigInteger.valueOf(contents.length).toByteArray();
        // A number of one byte without the sign bit is the length itself; others say first how many bytes they are.
        byte[] digits = length.length > 1 && length[0] == 0 ? Arrays.copyOfRange(length, 1, length.length) : length;
        byte[] head = contents.length < 0x80
                ? new byte[] {(byte) tag, digits[0]}
                : joined(new byte[] {(byte) tag, (byte) (0x80 | digits.length)}, digits);
        return joined(head, contents);
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
