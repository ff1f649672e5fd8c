package io.keyferry.keyspace.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file {@code versions.json}: the known releases and the names of the other files, since folders on a class path
 * cannot be listed. Immutable.
 *
 * <p>Adding a Kong version is data only:
 * <ol>
 * <li>a line in {@code releases}, and its new core migrations;
 * <li>what went gets {@code until}, what came gets {@code since} (see {@link DatedJson}); what changed is both;
 * <li>a new entity, table or plugin is a file, and its name in the list here; a new word that limits values is one more
 * of {@code constraints};
 * <li>the facts of the version go into the test data.
 * </ol>
 */
final class Releases {
    private static final String FILE = "versions.json";
    private static final Set<String> ATTRIBUTES =
            Set.of("releases", "core_migrations", "subsystem_order", "entities", "tables", "plugins", "constraints");

    private final DataFiles files;
    private final ObjectNode root;
    private final List<Release> all;
    private final List<String> plugins;

    /**
     * A release that stands for its line.
     *
     * @param writes the {@code _format_version} that it writes
     * @param accepts those that it reads
     * @param takesGrandchildren whether its reader takes entities that are nested two levels deep, whatever their types
     */
    record Release(
            KongVersion version,
            String writes,
            List<String> accepts,
            boolean hasWorkspaces,
            boolean hasClusterId,
            boolean takesGrandchildren) {}

    Releases(DataFiles files) {
        this.files = files;
        this.root = files.read(FILE);
        plugins = texts(root.path("plugins"));
        List<Release> releases = new ArrayList<>();
        for (JsonNode node : root.path("releases")) {
            releases.add(new Release(
                    KongVersion.parse(node.path("version").asText()),
                    node.path("format").asText(),
                    texts(node.path("accepts")),
                    node.path("workspaces").booleanValue(),
                    node.path("cluster_id").booleanValue(),
                    node.path("grandchildren").booleanValue()));
        }
        this.all = List.copyOf(releases);
        requireOnly(FILE, root, ATTRIBUTES);
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i).version().compareTo(all.get(i - 1).version()) <= 0) {
                throw Broken.file(FILE, "does not list its releases from old to new");
            }
        }
    }

    /** Oldest first. */
    List<Release> all() {
        return all;
    }

    List<KongVersion> versions() {
        return all.stream().map(Release::version).toList();
    }

    /** Reads a data file as it is in a line; empty when its subject does not exist there. */
    Optional<ObjectNode> read(String path, KongVersion line) {
        return new DatedJson(path, versions(), line).resolve(files.read(path));
    }

    /** A data file with what holds in any line. */
    ObjectNode undated(String path) {
        return files.read(path);
    }

    List<String> coreMigrations(KongVersion line) {
        return names(here(line).path("core_migrations"));
    }

    /** Plugins in the order in which bootstrap wrote their rows; empty where that is the alphabetical order. */
    List<String> subsystemOrder(KongVersion line) {
        return texts(here(line).path("subsystem_order").path(0).path("names"));
    }

    /** Names of files, in document order. */
    List<String> entities() {
        return texts(root.path("entities"));
    }

    /** Names of files, in alphabetical order. */
    List<String> tables() {
        return texts(root.path("tables"));
    }

    /** Names of files, in alphabetical order. */
    List<String> plugins() {
        return plugins;
    }

    /** The words of Kong's schema language that limit values. */
    Set<String> constraintWords() {
        return Set.copyOf(texts(root.path("constraints")));
    }

    private ObjectNode here(KongVersion line) {
        return new DatedJson(FILE, versions(), line).resolve(root).orElseThrow();
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>(list.size());
        list.forEach(text -> texts.add(text.textValue()));
        return List.copyOf(texts);
    }

    static List<String> names(JsonNode list) {
        return list.findValuesAsText("name");
    }

    static void requireOnly(String file, JsonNode node, Set<String> attributes) {
        node.fieldNames().forEachRemaining(name -> {
            if (!attributes.contains(name)) {
                throw Broken.file(file, "has an unknown attribute '" + name + "'");
            }
        });
    }
}
