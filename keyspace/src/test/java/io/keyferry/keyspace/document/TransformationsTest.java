package io.keyferry.keyspace.document;

import static io.keyferry.keyspace.document.Documents.KONG_28;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TransformationsTest {
    private static final DocumentHeader PLAIN = new DocumentHeader("2.1", true, Optional.empty());

    private static Entity password(String text) {
        return Entity.builder(KONG_28.entityType("basicauth_credentials").orElseThrow())
                .put("consumer", Value.text("c236fc13-3a9f-50a6-a97d-ed8731514eff"))
                .put("password", Value.text(text))
                .build();
    }

    /** The hash is of Kong 2.8.5. */
    @Test
    void aPasswordIsHashedWithItsConsumer() {
        assertThat(new Transformations(PLAIN).apply(password("s3cret")))
                .isEqualTo(password("bf44842af9fe42b793677648427e631690a23e58"));
    }

    @Test
    void nothingIsHashedTwice() {
        DocumentHeader stated = new DocumentHeader("2.1", false, Optional.empty());
        DocumentHeader ours = new DocumentHeader("1.1", true, Optional.of(Documents.provenance(KONG_28)));
        assertThat(new Transformations(stated).apply(password("hash"))).isEqualTo(password("hash"));
        assertThat(new Transformations(ours).apply(password("hash"))).isEqualTo(password("hash"));
    }

    @Test
    void aSecretIsHashedWhereTheCredentialSaysSo() {
        Entity.Builder credential = Entity.builder(
                        KONG_28.entityType("oauth2_credentials").orElseThrow())
                .put("id", Value.text("5908644a-880a-5c51-80cc-cdf2df983d41"))
                .put("client_secret", Value.text("plain"));
        Entity unhashed = credential.put("hash_secret", Value.truth(false)).build();
        assertThat(new Transformations(PLAIN).apply(unhashed)).isEqualTo(unhashed);
        Entity toHash = credential.put("hash_secret", Value.truth(true)).build();
        Entity hashed = new Transformations(PLAIN).apply(toHash);
        assertThat(hashed.text("client_secret").orElseThrow())
                .matches("\\$pbkdf2-sha512\\$i=10000,l=32\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(hashed).isEqualTo(new Transformations(PLAIN).apply(toHash));
        assertThat(new Transformations(new DocumentHeader("2.1", false, Optional.empty())).apply(toHash))
                .isEqualTo(toHash);
    }

    /** Salt and hash are of Kong 2.8.5. */
    @Test
    void theHashIsTheOneThatKongMakesWithTheSameSalt() {
        byte[] salt = Base64.getDecoder().decode("MM+OMzFbqYzTdAeSLj01Mw");
        assertThat(SecretHash.of("app2-secret", salt))
                .isEqualTo("$pbkdf2-sha512$i=10000,l=32$MM+OMzFbqYzTdAeSLj01Mw"
                        + "$jFWDhm1nvX0pn4ChcNdpSvjkEns31I85rYc8yVlrmfY");
    }

    @Test
    void twoCredentialsNeverShareASalt() {
        String id = "5908644a-880a-5c51-80cc-cdf2df983d41";
        assertThat(SecretHash.of("same", id)).isEqualTo(SecretHash.of("same", id));
        assertThat(SecretHash.of("same", id).split("\\$", -1)[3])
                .isNotEqualTo(SecretHash.of("same", id.replace('5', '6')).split("\\$", -1)[3]);
    }

    @Test
    void whatIsNoCertificateIsRefused() {
        Entity certificate = Entity.builder(
                        KONG_28.entityType("ca_certificates").orElseThrow())
                .put("cert", Value.text("no certificate"))
                .build();
        assertThatThrownBy(() -> new Transformations(PLAIN).apply(certificate))
                .hasMessageContaining("no certificate in PEM form");
    }
}
