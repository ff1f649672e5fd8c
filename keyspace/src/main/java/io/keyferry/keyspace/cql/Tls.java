package io.keyferry.keyspace.cql;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether and how a connection is encrypted. Immutable; the files are read when a connection is opened. */
public sealed interface Tls {
    /** What the server's certificate must prove. */
    enum Check {
        /** Nothing: encrypted, but to whom is not known. What Kong does with {@code cassandra_ssl_verify = off}. */
        NOTHING,
        /** That a trusted authority signed it. */
        CERTIFICATE,
        /** That a trusted authority signed it for the host that was asked. */
        HOSTNAME
    }

    /** No encryption. */
    record Off() implements Tls {}

    /** Encrypted. */
    record On(Check check, Trust trust, Optional<Identity> identity) implements Tls {}

    /** Whose signatures are believed. */
    sealed interface Trust permits JavaTrust, PemTrust, Store {}

    /** The certificate by which a client proves who it is. */
    sealed interface Identity permits PemIdentity, Store {}

    /** The authorities that come with the Java runtime. */
    record JavaTrust() implements Trust {}

    /** Files of PEM certificates. */
    record PemTrust(List<Path> authorities) implements Trust {
        public PemTrust {
            authorities = List.copyOf(authorities);
        }
    }

    /** A PEM certificate chain and its unencrypted PKCS #8 key. */
    record PemIdentity(Path certificate, Path key) implements Identity {}

    /** A JKS or PKCS #12 file. */
    record Store(Path file, Optional<Secret> password) implements Trust, Identity {}
}
