package io.keyferry.keyspace.catalog;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose a table is, by its name: of an open-source Kong of any known version, of Kong Enterprise, or of somebody else,
 * which is a custom plugin as a rule. The names of Enterprise are those that its documentation and its users tell.
 * Immutable and thread-safe.
 */
public final class TableOwners {
    private static final String FILE = "enterprise.json";

    /** From before Kong 1.0; nothing reads it any more. */
    private static final String LEFT_OVER = "schema_migrations";

    private final Map<String, Set<String>> columns = new HashMap<>();
    private final Set<String> subsystems = new HashSet<>();
    private final JsonNode enterprise;

    private TableOwners(DataFiles files) {
        enterprise = files.read(FILE);
        columns.put(LEFT_OVER, Set.of());
        // Whatever holds in some version stands in the files; to make the catalogue of each would take half a second.
        Releases releases = new Releases(files);
        for (String table : releases.tables()) {
            Set<String> names = new HashSet<>();
            releases.undated("tables/" + table + ".json")
                    .path("columns")
                    .forEach(column -> names.add(column.path("name").asText()));
            columns.put(table, names);
        }
        subsystems.add(Subsystem.CORE);
        for (String plugin : releases.plugins()) {
            if (!releases.undated("plugins/" + plugin + ".json")
                    .path("migrations")
                    .isEmpty()) {
                subsystems.add(plugin);
            }
        }
    }

    /** Read once in a process, when first asked for. */
    private static final class Shipped {
        private static final TableOwners ALL = new TableOwners(DataFiles.shipped());
    }

    /** What all known versions together tell. */
    public static TableOwners known() {
        return Shipped.ALL;
    }

    /** Whether some known open-source version has such a table. */
    public boolean isOfKong(String table) {
        return columns.containsKey(table);
    }

    /** Whether some known open-source version has such a column in such a table. */
    public boolean isOfKong(String table, String column) {
        return columns.getOrDefault(table, Set.of()).contains(column);
    }

    /** Whether some known open-source version, or one of its bundled plugins, has such a row in schema_meta. */
    public boolean isSubsystemOfKong(String subsystem) {
        return subsystems.contains(subsystem);
    }

    /** What a table of Kong Enterprise holds; empty when the table is not one of those. */
    public Optional<String> ofEnterprise(String table) {
        if (isOfKong(table)) {
            return Optional.empty();
        }
        for (JsonNode named : enterprise.path("tables")) {
            if (fits(table, named.path("name").asText())) {
                return Optional.of(named.path("holds").asText());
            }
        }
        return Optional.empty();
    }

    /**
     * Tables that tell an Enterprise from before 2.1, whose unique values bear the workspace's name as prefix: no
     * open-source version that old has them.
     */
    public List<String> ofEnterpriseBeforeWorkspaces() {
        return Releases.texts(enterprise.path("before_workspaces"));
    }

    /** Whether such a row in schema_meta is Kong Enterprise's own. */
    public boolean isSubsystemOfEnterprise(String subsystem) {
        requireNonNull(subsystem, "subsystem is null");
        for (JsonNode name : enterprise.path("subsystems")) {
            if (fits(subsystem, name.asText())) {
                return true;
            }
        }
        return false;
    }

    private static boolean fits(String name, String pattern) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
