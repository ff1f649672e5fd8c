package io.keyferry.keyspace.cql;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A keyspace of a cluster and how to reach it. Immutable; {@link #toString} shows no secret.
 *
 * @param keyspace the exact name, case included: Kong quotes it
 * @param datacenter the local datacenter, when one was named
 * @param replication for creating the keyspace, only when it was given explicitly
 * @param consistency only when it was given as an option of the place ({@code consistency=} of a URI)
 * @param requestTimeout for one page or one write
 * @param patience with requests that fail for want of time or nodes
 */
public record KeyspaceAddress(
        List<ContactPoint> contactPoints,
        String keyspace,
        Optional<String> datacenter,
        Optional<Credentials> credentials,
        Tls tls,
        Optional<Replication> replication,
        Optional<Consistency> consistency,
        Duration requestTimeout,
        Patience patience,
        KongSettings kong) {
    /** Scans of busy nodes take long: the driver's own 2 s and Kong's 5 s are for point reads. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(60);

    public KeyspaceAddress {
        contactPoints = List.copyOf(contactPoints);
        if (contactPoints.isEmpty()) {
            throw new IllegalArgumentException("no contact point");
        }
    }

    /** Starts an address; the keyspace and whatever differs from the defaults follow. */
    public static Builder at(ContactPoint... contactPoints) {
        return new Builder(List.of(contactPoints));
    }

    /** Starts from this address. */
    public Builder toBuilder() {
        Builder builder = new Builder(contactPoints);
        builder.keyspace = keyspace;
        builder.datacenter = datacenter;
        builder.credentials = credentials;
        builder.tls = tls;
        builder.replication = replication;
        builder.consistency = consistency;
        builder.requestTimeout = requestTimeout;
        builder.patience = patience;
        builder.kong = kong;
        return builder;
    }

    /**
     * The consistency to work with: the option's, else the place's, else LOCAL_QUORUM with a datacenter, else QUORUM.
     * What a kong.conf says does not count.
     */
    public Consistency consistencyOr(Optional<Consistency> option) {
        return option.or(() -> consistency)
                .orElse(datacenter.isPresent() ? Consistency.LOCAL_QUORUM : Consistency.QUORUM);
    }

    /** The place as reports and messages may show it, e.g. {@code cassandra://10.0.0.1:9042/kong_28}. */
    public String describe() {
        return contactPoints.stream()
                .map(ContactPoint::toString)
                .collect(Collectors.joining(",", "cassandra://", "/" + keyspace));
    }

    /** Gathers an address. Without further words: keyspace {@code kong}, no password, no TLS. Not thread-safe. */
    public static final class Builder {
        private List<ContactPoint> contactPoints;
        private String keyspace = "kong";
        private Optional<String> datacenter = Optional.empty();
        private Optional<Credentials> credentials = Optional.empty();
        private Tls tls = new Tls.Off();
        private Optional<Replication> replication = Optional.empty();
        private Optional<Consistency> consistency = Optional.empty();
        private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
        private Patience patience = Patience.DEFAULT;
        private KongSettings kong = KongSettings.NONE;

        Builder(List<ContactPoint> contactPoints) {
            this.contactPoints = contactPoints;
        }

        Builder contactPoints(List<ContactPoint> nodes) {
            contactPoints = nodes;
            return this;
        }

        public Builder keyspace(String name) {
            keyspace = name;
            return this;
        }

        public Builder datacenter(String name) {
            datacenter = Optional.of(name);
            return this;
        }

        public Builder credentials(Credentials user) {
            credentials = Optional.of(user);
            return this;
        }

        public Builder tls(Tls settings) {
            tls = settings;
            return this;
        }

        public Builder replication(Replication copies) {
            replication = Optional.of(copies);
            return this;
        }

        public Builder consistency(Consistency level) {
            consistency = Optional.of(level);
            return this;
        }

        public Builder requestTimeout(Duration timeout) {
            requestTimeout = timeout;
            return this;
        }

        public Builder patience(Patience wanted) {
            patience = wanted;
            return this;
        }

        Builder kong(KongSettings settings) {
            kong = settings;
            return this;
        }

        public KeyspaceAddress build() {
            return new KeyspaceAddress(
                    contactPoints,
                    keyspace,
                    datacenter,
                    credentials,
                    tls,
                    replication,
                    consistency,
                    requestTimeout,
                    patience,
                    kong);
        }
    }
}
