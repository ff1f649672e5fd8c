package io.keyferry.migrator.cli;

import io.keyferry.keyspace.cql.ContactPoint;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Tls;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What to do after a migration. */
final class NextSteps {
    private NextSteps() {}

    static String of(KeyspaceAddress target, String kong) {
        String settings = settings(target).stream()
                .map(setting -> "       " + setting + "\n")
                .collect(Collectors.joining());
        return """

                Next:
                  1. In the new gateway's kong.conf:
                %s\
                  2. kong migrations list -c kong.conf
                     Kong %s must list executed migrations only, and exit with 0.
                  3. Start the new gateway and shift traffic to it, a part at a time. Writes to the Admin API of the old
                     gateway are not copied any more: stop them, or run 'keyferry verify' before the last part.
                  4. When no traffic is left on the old gateway, stop it. Keep the old keyspace until you are sure.
                """.formatted(settings, kong);
    }

    private static List<String> settings(KeyspaceAddress target) {
        List<String> lines = new ArrayList<>();
        lines.add("database = cassandra");
        lines.add("cassandra_contact_points = "
                + target.contactPoints().stream().map(ContactPoint::host).collect(Collectors.joining(",")));
        lines.add("cassandra_port = " + target.contactPoints().get(0).port());
        lines.add("cassandra_keyspace = " + target.keyspace());
        target.datacenter().ifPresent(datacenter -> {
            lines.add("cassandra_lb_policy = RequestDCAwareRoundRobin");
            lines.add("cassandra_local_datacenter = " + datacenter);
        });
        target.credentials().ifPresent(credentials -> {
            lines.add("cassandra_username = " + credentials.username());
            lines.add("cassandra_password = (the one that was used here)");
        });
        if (target.tls() instanceof Tls.On tls) {
            lines.add("cassandra_ssl = on");
            if (tls.check() != Tls.Check.NOTHING) {
                lines.add("cassandra_ssl_verify = on");
                lines.add("lua_ssl_trusted_certificate = "
                        + (tls.trust() instanceof Tls.PemTrust pem
                                ? pem.authorities().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(","))
                                : "(the authority of Cassandra's certificate, as PEM)"));
            }
        }
        return lines;
    }
}
