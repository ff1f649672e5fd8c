package io.keyferry.keyspace.document;

import static io.keyferry.keyspace.document.Documents.KONG_20;
import static io.keyferry.keyspace.document.Documents.KONG_28;
import static io.keyferry.keyspace.document.Documents.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.model.Workspace;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class DocumentWriterTest {
    private static final String ID = "00000000-0000-4000-8000-000000000001";
    private static final Provenance OF_28 = new Provenance(
            KONG_28.version(),
            Optional.of(KONG_20.version()),
            List.of(new Workspace(Documents.DEFAULT_WORKSPACE, "default")));
    private static final Provenance OF_20 = new Provenance(KONG_20.version(), Optional.empty(), List.of());

    private static Entity.Builder entity(Catalog catalog, String type) {
        return Entity.builder(catalog.entityType(type).orElseThrow()).put("id", Value.text(ID));
    }

    private static Entity key(Catalog catalog) {
        return entity(catalog, "keyauth_credentials")
                .put("key", Value.text("k"))
                .put("tags", Value.NULL)
                .expiresAt(NOW.getEpochSecond() + 60)
                .build();
    }

    private static String encoded(Catalog catalog, Style style, Provenance provenance, Entity entity) {
        EntityFormat format = new EntityFormat(DocumentDialect.of(catalog), style, provenance, NOW);
        return new String(format.encode(entity), StandardCharsets.UTF_8);
    }

    @Test
    void aDocumentOfLines() throws IOException {
        Entity hidden = entity(KONG_28, "consumers")
                .put("username", Value.text("bob"))
                .workspace(UUID.fromString("00000000-0000-4000-8000-00000000000a"))
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DocumentDialect dialect = DocumentDialect.of(KONG_28);
        DocumentWriter writer = new DocumentWriter(out, dialect, Style.LINES, OF_28);
        EntityFormat format = new EntityFormat(dialect, Style.LINES, OF_28, NOW);
        writer.hidden(format.encode(hidden));
        writer.append(key(KONG_28).type(), format.encode(key(KONG_28)));
        writer.append(key(KONG_28).type(), format.encode(key(KONG_28)));
        writer.finish();
        String line = "- {\"id\": \"" + ID + "\", \"key\": \"k\", \"tags\": null, \"ttl\": 60,"
                + " \"_ignore\": [{\"keyferry\": {\"expires\": 1795197760}}]}\n";
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "_format_version: \"2.1\"\n_transform: false\n_comment: \"written by Keyferry for Kong 2.8\"\n"
                                + "_ignore:\n- {\"keyferry\": {\"document\": 1, \"kong\": \"2.8.5\", \"source_kong\": \"2.0.5\","
                                + " \"workspaces\": [{\"id\": \"9038130f-0fce-4a01-8919-11dd6594d4df\", \"name\": \"default\"}]}}\n"
                                + "- {\"keyferry\": {\"type\": \"consumers\", \"workspace\": \"00000000-0000-4000-8000-00000000000a\"},"
                                + " \"entity\": {\"id\": \"" + ID + "\", \"username\": \"bob\"}}\n"
                                + "keyauth_credentials:\n" + line + line);
    }

    @Test
    void aDocumentForKong20HasNeitherTransformNorTtl() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DocumentWriter writer = new DocumentWriter(out, DocumentDialect.of(KONG_20), Style.BLOCK, OF_20);
        writer.append(
                key(KONG_20).type(),
                encoded(KONG_20, Style.BLOCK, OF_20, key(KONG_20)).getBytes(StandardCharsets.UTF_8));
        writer.finish();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        _format_version: "1.1"
                        _comment: "written by Keyferry for Kong 2.0"
                        _ignore:
                        - keyferry:
                            document: 1
                            kong: "2.0.5"
                            workspaces: []
                        keyauth_credentials:
                        - id: "00000000-0000-4000-8000-000000000001"
                          key: "k"
                          tags: null
                          _ignore:
                          - keyferry:
                              expires: 1795197760
                        """);
    }

    @Test
    void whatKongCannotTakeIsHidden() {
        Entity password = entity(KONG_20, "basicauth_credentials")
                .put("password", Value.text("hash"))
                .build();
        assertThat(encoded(KONG_20, Style.LINES, OF_20, password))
                .isEqualTo("- {\"keyferry\": {\"type\": \"basicauth_credentials\"}, \"entity\": {\"id\": \"" + ID
                        + "\", \"password\": \"hash\"}}\n");
        DocumentDialect dialect = DocumentDialect.of(KONG_28);
        assertThat(KONG_28.entityTypes())
                .filteredOn(type -> dialect.hiddenBecause(type).isPresent())
                .extracting(EntityType::name)
                .containsExactlyInAnyOrder("workspaces", "tags", "vaults_beta", "ratelimiting_metrics");
    }

    @Test
    void pemTextIsALiteralBlockForPeople() {
        Entity certificate = entity(KONG_28, "ca_certificates")
                .put("cert", Value.text("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"))
                .build();
        assertThat(encoded(KONG_28, Style.BLOCK, OF_28, certificate))
                .endsWith("  cert: |\n    -----BEGIN CERTIFICATE-----\n    QUJD\n    -----END CERTIFICATE-----\n");
    }

    @Test
    void numbersAreShortAndWhole() {
        Entity target = entity(KONG_28, "targets")
                .put("created_at", Value.number(1600000000.123))
                .build();
        assertThat(encoded(KONG_28, Style.LINES, OF_28, target)).contains("\"created_at\": 1600000000.123}");
        for (double number :
                new double[] {1e-7, 0.1, 2.5, 1e21, Double.MIN_VALUE, Double.MAX_VALUE, 9007199254740992.0}) {
            Entity other = entity(KONG_28, "targets")
                    .put("created_at", Value.number(number))
                    .build();
            String text = encoded(KONG_28, Style.LINES, OF_28, other).replaceAll(".*: |}\n", "");
            assertThat(Scalars.plain(text)).as(text).isEqualTo(Value.number(number));
        }
    }

    @Test
    void whatNoReaderWouldGetBackIsRefused() {
        refused("config", map("n", Value.whole((1L << 53) + 1)), "config.n", "beyond 2^53");
        refused("config", map("n", Value.whole(Long.MAX_VALUE)), "config.n", "beyond 2^53");
        refused("config", map("n", new Value.Fraction(Double.NaN)), "config.n", "not a finite number");
        refused("config", map("s", Value.text("a\u0000b")), "config.s", "U+0000");
        refused("config", map("s", Value.text("\ud83d")), "config.s", "lone surrogate");
        refused("config", map("<<", Value.NULL), "config.<<", "means a merge");
        refused("config", map("k".repeat(1001), Value.NULL), "config.kkk", "a key of over");
        refused(
                "tags",
                new Value.Sequence(List.of(Value.text("a"), Value.text("\udc00"))),
                "tags[1]",
                "lone surrogate");
        Value deep = Value.text("x");
        for (int i = 0; i < 101; i++) {
            deep = new Value.Sequence(List.of(deep));
        }
        refused("config", map("deep", deep), "config.deep[0]", "deeper than 100");
    }

    private static Value map(String key, Value value) {
        return new Value.Mapping(Map.of(key, value));
    }

    private static void refused(String field, Value value, String path, String reason) {
        Entity plugin = entity(KONG_28, "plugins")
                .put("name", Value.text("acl"))
                .put(field, value)
                .build();
        for (Style style : List.of(Style.LINES, Style.BLOCK)) {
            assertThatThrownBy(() -> encoded(KONG_28, style, OF_28, plugin))
                    .isInstanceOfSatisfying(
                            KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessageContaining("plugins 'acl' (id " + ID + ")")
                    .hasMessageContaining("field '" + path)
                    .hasMessageContaining(reason);
        }
    }

    @Test
    void theOrderOfCallsIsHeld() throws IOException {
        DocumentDialect dialect = DocumentDialect.of(KONG_28);
        DocumentWriter writer = new DocumentWriter(new ByteArrayOutputStream(), dialect, Style.LINES, OF_28);
        EntityType routes = KONG_28.entityType("routes").orElseThrow();
        EntityType services = KONG_28.entityType("services").orElseThrow();
        writer.append(services, new byte[0]);
        writer.append(routes, "- {}\n".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> writer.append(services, new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.hidden(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.append(KONG_20.entityType("snis").orElseThrow(), new byte[1]))
                .isInstanceOf(IllegalStateException.class);
    }
}
