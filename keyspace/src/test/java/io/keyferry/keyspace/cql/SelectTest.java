package io.keyferry.keyspace.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keyferry.keyspace.cql.Select.Lower;
import io.keyferry.keyspace.cql.Select.Restriction;
import io.keyferry.keyspace.cql.Select.Selector;
import io.keyferry.keyspace.cql.Select.Upper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelectTest {
    private static final Select ROUTES = Select.of("routes", List.of("id"));

    @Test
    void selectsValuesAgesAndTokens() {
        Select select = ROUTES.plus(new Selector.Ttl("name"))
                .plus(new Selector.WriteTime("name"))
                .plus(new Selector.Token(List.of("a", "b")))
                .limitedTo(5);
        assertThat(select.toCql("Kong"))
                .isEqualTo("SELECT \"id\", TTL(\"name\"), WRITETIME(\"name\"), token(\"a\", \"b\")"
                        + " FROM \"Kong\".\"routes\" LIMIT 5");
        assertThat(select.markers()).isZero();
    }

    @Test
    void restrictsToTokenRanges() {
        assertThat(where(new Restriction.TokenRange(List.of("a", "b"), true, true)))
                .isEqualTo(" WHERE token(\"a\", \"b\") > ? AND token(\"a\", \"b\") <= ?");
        assertThat(where(new Restriction.TokenRange(List.of("a"), true, false))).isEqualTo(" WHERE token(\"a\") > ?");
        assertThat(where(new Restriction.TokenRange(List.of("a"), false, true))).isEqualTo(" WHERE token(\"a\") <= ?");
        assertThat(where(new Restriction.TokenRange(List.of("a"), false, false)))
                .isEmpty();
    }

    @Test
    void restrictsToPiecesOfAPartition() {
        assertThat(where(new Restriction.Within(
                        List.of("partition"), "id", Optional.of(Lower.AFTER), Optional.of(Upper.UP_TO))))
                .isEqualTo(" WHERE \"partition\" = ? AND \"id\" > ? AND \"id\" <= ?");
        assertThat(where(new Restriction.Within(
                        List.of("partition"), "id", Optional.of(Lower.FROM), Optional.of(Upper.BEFORE))))
                .isEqualTo(" WHERE \"partition\" = ? AND \"id\" >= ? AND \"id\" < ?");
        assertThat(where(new Restriction.Key(List.of("partition", "id"))))
                .isEqualTo(" WHERE \"partition\" = ? AND \"id\" = ?");
    }

    @Test
    void namesCannotBreakOut() {
        assertThat(Select.of("t\"; DROP TABLE x; --", List.of("a\"b")).toCql("k"))
                .isEqualTo("SELECT \"a\"\"b\" FROM \"k\".\"t\"\"; DROP TABLE x; --\"");
    }

    @Test
    void selectsSomething() {
        assertThatIllegalArgumentException().isThrownBy(() -> Select.of("routes", List.of()));
    }

    private static String where(Restriction restriction) {
        Select select = ROUTES.where(restriction);
        String cql = select.toCql("kong").substring("SELECT \"id\" FROM \"kong\".\"routes\"".length());
        assertThat(cql.chars().filter(character -> character == '?').count()).isEqualTo(select.markers());
        return cql;
    }
}
