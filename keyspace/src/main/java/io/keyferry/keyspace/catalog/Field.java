package io.keyferry.keyspace.catalog;

/**
 * A top-level field of an entity type with the column that stores it. Immutable.
 *
 * @param ordinal position in {@link EntityType#fields()}, from 0
 * @param column the column's name; {@code <field>_id} for foreign fields
 * @param cqlType the column's type as Cassandra spells it, e.g. {@code set<text>}
 */
public record Field(int ordinal, FieldSchema schema, String column, String cqlType, Storage storage) {
    public String name() {
        return schema.name();
    }

    public FieldType type() {
        return schema.type();
    }

    /**
     * Whether the order of the elements means nothing: in a set, in what Cassandra keeps in one, and in the paths of
     * routes once regular expressions among them are marked (Kong 3.0), since its router sorts them and its import puts
     * the regular expressions first.
     */
    public boolean unordered() {
        FieldSchema elements = schema.elements();
        return type() == FieldType.SET
                || cqlType.startsWith("set<")
                || (name().equals("paths")
                        && elements != null
                        && elements.constraints().has("match_any"));
    }
}
