package io.keyferry.verifier.report;

import io.keyferry.keyspace.problem.KeyferryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A key in the form of PEM (RFC 7468), as openssl writes it. Stateless and thread-safe. */
final class PemFile {
    private static final int LARGEST = 64 * 1024;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private PemFile() {}

    /**
     * The bytes of the first block.
     *
     * @param label what the block must be, such as {@code PRIVATE KEY}
     * @param remedy how to make one, for the message
     * @throws KeyferryException (USAGE) when the file cannot be read or holds no such block
     */
    static byte[] read(Path file, String label, String remedy) {
        String text;
        try {
            if (Files.size(file) > LARGEST) {
                throw KeyferryException.usage(file + " is too large for a key: " + remedy);
            }
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw KeyferryException.usage("the key " + file + " cannot be read: " + e);
        }
        Matcher block = BLOCK.matcher(text);
        if (!block.find()) {
            throw KeyferryException.usage(file + " holds no key in the form of PEM: " + remedy);
        }
        if (!block.group(1).equals(label)) {
            throw KeyferryException.usage(
                    file + " holds a block " + block.group(1) + " and not " + label + ": " + remedy);
        }
        return Base64.getMimeDecoder().decode(block.group(2));
    }
}
