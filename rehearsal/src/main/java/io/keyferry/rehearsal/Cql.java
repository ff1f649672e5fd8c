package io.keyferry.rehearsal;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import java.util.Locale;

/** Names in CQL and in Cassandra's JSON. */
final class Cql {
    private Cql() {}

    /** Quoted where CQL asks for it. */
    static String name(String internal) {
        return CqlIdentifier.fromInternal(internal).asCql(true);
    }

    /** In JSON, Cassandra wraps a name with anything but lower case in quotes of its own, and expects so. */
    static String jsonField(String internal) {
        return internal.equals(internal.toLowerCase(Locale.ROOT)) ? internal : '"' + internal + '"';
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
