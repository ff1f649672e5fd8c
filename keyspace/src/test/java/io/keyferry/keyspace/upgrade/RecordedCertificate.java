package io.keyferry.keyspace.upgrade;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.rehearsal.RecordedCases;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import java.util.List;

/** The certificate authority in the keyspace that Kong itself took from 2.0.5 to 2.8.5. */
final class RecordedCertificate {
    private RecordedCertificate() {}

    static Entity before(Upgraded step) {
        return step.entity("ca_certificates", "{}").toBuilder()
                .put("cert", Value.of(column("db-before", "cert")))
                .build();
    }

    static String digestAfterwards() {
        return column("db-after-finish", "cert_digest").asText();
    }

    private static JsonNode column(String keyspace, String column) {
        List<RecordedRow> rows = RecordedKeyspace.of(RecordedCases.directory()
                        .resolve("upgrade-in-place/2.0.5-to-2.8.5")
                        .resolve(keyspace))
                .rows()
                .getOrDefault("ca_certificates", List.of());
        return requireNonNull(rows.get(0).values().get(column));
    }
}
