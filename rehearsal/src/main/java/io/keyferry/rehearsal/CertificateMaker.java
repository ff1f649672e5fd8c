package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the key stores of an encrypted cluster with the JDK's {@code keytool}, self-signed and valid for a few days.
 * The JDK has no public way to make a certificate from within.
 */
final class CertificateMaker {
    private static final String TYPE = "PKCS12";
    private static final String ALIAS = "keyferry";
    private static final int KEYTOOL_SECONDS = 120;

    private final Path directory;
    private final String password;

    CertificateMaker(Path directory) {
        this.directory = directory;
        byte[] secret = new byte[12];
        new SecureRandom().nextBytes(secret);
        this.password = HexFormat.of().formatHex(secret);
    }

    Path serverKeyStore() {
        return directory.resolve("server.p12");
    }

    Path serverTrustStore() {
        return directory.resolve("server-trust.p12");
    }

    TlsFiles make(boolean withClient) {
        try {
            Files.createDirectories(directory);
            Certificate server = makeKey(
                    serverKeyStore(),
                    "CN=keyferry-node",
                    "-ext",
                    "SAN=ip:127.0.0.1,ip:127.0.0.2,ip:127.0.0.3,dns:localhost");
            Path trust = directory.resolve("trust.p12");
            writeTrustStore(trust, server);
            Path trustedPem = directory.resolve("server.pem");
            writePem(trustedPem, "CERTIFICATE", server.getEncoded());
            if (!withClient) {
                writeTrustStore(serverTrustStore(), server);
                return new TlsFiles(trust, trustedPem, Optional.empty(), password);
            }
            Path clientStore = directory.resolve("client.p12");
            Certificate client = makeKey(clientStore, "CN=keyferry-client");
            writeTrustStore(serverTrustStore(), client);
            Path clientPem = directory.resolve("client.pem");
            writePem(clientPem, "CERTIFICATE", client.getEncoded());
            Path clientKeyPem = directory.resolve("client-key.pem");
            Key key = requireNonNull(load(clientStore, password).getKey(ALIAS, password.toCharArray()), "client key");
            writePem(clientKeyPem, "PRIVATE KEY", key.getEncoded());
            return new TlsFiles(
                    trust,
                    trustedPem,
                    Optional.of(new TlsFiles.Client(clientStore, clientPem, clientKeyPem)),
                    password);
        } catch (IOException | GeneralSecurityException e) {
            throw new RehearsalException("Cannot make the certificates of the cluster in " + directory, e);
        }
    }

    static SSLContext context(TlsFiles files) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load(files.trustStore(), files.password()));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            if (files.client().isPresent()) {
                keys.init(
                        load(files.client().get().keyStore(), files.password()),
                        files.password().toCharArray());
            } else {
                keys.init(null, new char[0]);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new RehearsalException("Cannot read the certificates of the cluster from " + files.trustStore(), e);
        }
    }

    private Certificate makeKey(Path store, String name, String... more) throws IOException, GeneralSecurityException {
        ProcessBuilder keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-alias",
                ALIAS,
                "-dname",
                name,
                "-storetype",
                TYPE,
                "-keystore",
                store.toString(),
                "-storepass:env",
                "KEYFERRY_STORE_PASSWORD");
        keytool.command().addAll(List.of(more));
        keytool.environment().put("KEYFERRY_STORE_PASSWORD", password);
        Path output = directory.resolve("keytool.log");
        Process process = keytool.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        try {
            if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("keytool did not end within " + KEYTOOL_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while keytool ran", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("keytool failed: " + Files.readString(output).strip());
        }
        return requireNonNull(load(store, password).getCertificate(ALIAS), "certificate");
    }

    private void writeTrustStore(Path file, Certificate trusted) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        store.load(null, null);
        store.setCertificateEntry(ALIAS, trusted);
        try (OutputStream output = Files.newOutputStream(file)) {
            store.store(output, password.toCharArray());
        }
    }

    private static KeyStore load(Path file, String password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        try (InputStream input = Files.newInputStream(file)) {
            store.load(input, password.toCharArray());
        }
        return store;
    }

    private static void writePem(Path file, String label, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
