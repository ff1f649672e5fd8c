package io.keyferry.keyspace.cql;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;

/** A {@link Select} that the cluster knows. Made by {@link ReadSession#prepare}, used with that session. Thread-safe. */
public final class PreparedSelect {
    private final Select select;
    private final PreparedStatement statement;

    PreparedSelect(Select select, PreparedStatement statement) {
        this.select = select;
        this.statement = statement;
    }

    public Select select() {
        return select;
    }

    PreparedStatement statement() {
        return statement;
    }

    @Override
    public String toString() {
        return statement.getQuery();
    }
}
