package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Reads the files that {@link Tls} names. Errors are of kind USAGE and name the file. */
final class TlsContext {
    private final Side side;
    private final SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);

    private TlsContext(Side side) {
        this.side = side;
    }

    static SSLContext of(Tls.On tls, Side side) {
        TlsContext context = new TlsContext(side);
        if (tls.check() == Tls.Check.NOTHING) {
            context.builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else {
            context.trust(tls.trust());
        }
        tls.identity().ifPresent(context::identify);
        return context.build();
    }

    /** For finding out whether a port speaks TLS at all: believes everybody, and must send nothing of value. */
    static SSLContext gullible(Side side) {
        return of(new Tls.On(Tls.Check.NOTHING, new Tls.JavaTrust(), Optional.empty()), side);
    }

    private SSLContext build() {
        try {
            return ((JdkSslContext) builder.build()).context();
        } catch (IOException e) {
            throw new KeyferryException(Kind.USAGE, "TLS cannot be set up: " + Reasons.of(e), e);
        }
    }

    private void trust(Tls.Trust trust) {
        if (trust instanceof Tls.PemTrust pem) {
            List<X509Certificate> authorities = new ArrayList<>();
            pem.authorities().forEach(file -> authorities.addAll(certificates(file)));
            builder.trustManager(authorities);
        } else if (trust instanceof Tls.Store store) {
            builder.trustManager(trustedBy(store));
        }
    }

    private void identify(Tls.Identity identity) {
        if (identity instanceof Tls.PemIdentity pem) {
            certificates(pem.certificate());
            try {
                builder.keyManager(pem.certificate().toFile(), pem.key().toFile());
            } catch (IllegalArgumentException e) {
                throw unreadable(
                        pem.key(),
                        "is not an unencrypted PKCS #8 key in PEM; make one with: openssl pkcs8 -topk8 -nocrypt -in "
                                + pem.key() + " -out key8.pem",
                        e);
            }
        } else if (identity instanceof Tls.Store store) {
            builder.keyManager(keysOf(store));
        }
    }

    private static Collection<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Certificate certificate :
                    factory.generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))) {
                found.add((X509Certificate) certificate);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, "cannot be read as PEM certificates (" + Reasons.of(e) + ")", e);
        }
        if (found.isEmpty()) {
            throw unreadable(file, "holds no PEM certificate", null);
        }
        return found;
    }

    private TrustManagerFactory trustedBy(Tls.Store store) {
        try {
            KeyStore keyStore = open(store);
            if (keyStore.size() == 0) {
                throw unreadable(
                        store.file(),
                        "holds no certificate that can be read without its password: set "
                                + side.storePasswordVariable(),
                        null);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(keyStore);
            return factory;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(store.file(), wrongPassword(e), e);
        }
    }

    private KeyManagerFactory keysOf(Tls.Store store) {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(open(store), password(store));
            return factory;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(store.file(), wrongPassword(e), e);
        }
    }

    private static KeyStore open(Tls.Store store) throws IOException, GeneralSecurityException {
        if (!Files.isReadable(store.file())) {
            throw new NoSuchFileException(store.file().toString());
        }
        return KeyStore.getInstance(store.file().toFile(), password(store));
    }

    private static char @Nullable [] password(Tls.Store store) {
        return store.password().map(secret -> secret.value().toCharArray()).orElse(null);
    }

    private String wrongPassword(Exception failure) {
        return "cannot be read as JKS or PKCS #12 (" + Reasons.of(failure) + "); its password comes from "
                + side.storePasswordVariable();
    }

    private static KeyferryException unreadable(Path file, String why, @Nullable Throwable cause) {
        return new KeyferryException(Kind.USAGE, file + " " + why, cause);
    }
}
