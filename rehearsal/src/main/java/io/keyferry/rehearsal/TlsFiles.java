package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a client finds what it needs to connect to an encrypted cluster. Made for one cluster and gone with it.
 *
 * @param trustStore PKCS12 with the certificate of the nodes, valid for 127.0.0.1 to 127.0.0.3 and localhost
 * @param trustedPem the same certificate as PEM
 * @param client what the client shows of itself, when the nodes ask for it
 * @param password of every store here
 */
public record TlsFiles(Path trustStore, Path trustedPem, Optional<Client> client, String password) {
    /**
     * The client's certificate and private key.
     *
     * @param keyStore PKCS12 with both
     * @param certificatePem the certificate as PEM
     * @param privateKeyPem the key as PKCS#8 PEM, not encrypted
     */
    public record Client(Path keyStore, Path certificatePem, Path privateKeyPem) {
        public Client {
            requireNonNull(keyStore, "keyStore");
            requireNonNull(certificatePem, "certificatePem");
            requireNonNull(privateKeyPem, "privateKeyPem");
        }
    }

    public TlsFiles {
        requireNonNull(trustStore, "trustStore");
        requireNonNull(trustedPem, "trustedPem");
        requireNonNull(client, "client");
        requireNonNull(password, "password");
    }
}
