package io.keyferry.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.Credentials;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Secret;
import io.keyferry.keyspace.cql.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NextStepsTest {
    private static final KeyspaceAddress PLAIN = KeyspaceAddress.at(
                    new ContactPoint("10.0.0.1", 9043), new ContactPoint("10.0.0.2", 9043))
            .keyspace("kong_28")
            .build();

    @Test
    void namesTheLinesOfAKongConf() {
        assertThat(NextSteps.of(PLAIN, "2.8")).contains("""
                               cassandra_contact_points = 10.0.0.1,10.0.0.2
                               cassandra_port = 9043
                               cassandra_keyspace = kong_28
                          2. kong migrations list -c kong.conf
                        """).doesNotContain("lb_policy", "username", "ssl");
    }

    @Test
    void namesDatacenterUserAndEncryptionButNoPassword() {
        KeyspaceAddress address = PLAIN.toBuilder()
                .datacenter("dc1")
                .credentials(new Credentials("gateway", new Secret("hidden")))
                .tls(new Tls.On(
                        Tls.Check.HOSTNAME, new Tls.PemTrust(List.of(Path.of("/etc/ca.pem"))), Optional.empty()))
                .build();

        assertThat(NextSteps.of(address, "2.8"))
                .contains(
                        "cassandra_lb_policy = RequestDCAwareRoundRobin",
                        "cassandra_local_datacenter = dc1",
                        "cassandra_username = gateway",
                        "cassandra_password = (the one that was used here)",
                        "cassandra_ssl = on",
                        "cassandra_ssl_verify = on",
                        "lua_ssl_trusted_certificate = /etc/ca.pem")
                .doesNotContain("hidden");
    }

    @Test
    void doesNotAskKongToVerifyWhatWasNotVerified() {
        KeyspaceAddress address = PLAIN.toBuilder()
                .tls(new Tls.On(Tls.Check.NOTHING, new Tls.JavaTrust(), Optional.empty()))
                .build();

        assertThat(NextSteps.of(address, "2.8")).contains("cassandra_ssl = on").doesNotContain("verify = ", "lua_ssl");
    }
}
