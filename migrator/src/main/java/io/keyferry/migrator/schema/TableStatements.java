package io.keyferry.migrator.schema;

import io.keyferry.keyspace.catalog.TableLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The CQL that makes a table and its indexes as Kong's own bootstrap does. */
final class TableStatements {
    private TableStatements() {}

    /** The table first, then its indexes. */
    static List<String> of(TableLayout table, String keyspace) {
        List<String> statements = new ArrayList<>();
        statements.add(create(table, keyspace));
        for (TableLayout.Index index : table.indexes()) {
            statements.add("CREATE INDEX IF NOT EXISTS " + TargetSession.quoted(index.name()) + " ON "
                    + TargetSession.quoted(keyspace) + "." + TargetSession.quoted(table.name()) + " ("
                    + TargetSession.quoted(index.column()) + ")");
        }
        return statements;
    }

    private static String create(TableLayout table, String keyspace) {
        String columns = table.columns().stream()
                .map(column -> TargetSession.quoted(column.name()) + " " + column.cqlType())
                .collect(Collectors.joining(", "));
        String key = "(" + quotedList(table.partitionKey()) + ")"
                + table.clusteringKey().stream()
                        .map(column -> ", " + TargetSession.quoted(column))
                        .collect(Collectors.joining());
        String options = table.defaultTtl() == 0 ? "" : " WITH default_time_to_live = " + table.defaultTtl();
        return "CREATE TABLE IF NOT EXISTS " + TargetSession.quoted(keyspace) + "." + TargetSession.quoted(table.name())
                + " (" + columns + ", PRIMARY KEY (" + key + "))" + options;
    }

    private static String quotedList(List<String> names) {
        return names.stream().map(TargetSession::quoted).collect(Collectors.joining(", "));
    }
}
