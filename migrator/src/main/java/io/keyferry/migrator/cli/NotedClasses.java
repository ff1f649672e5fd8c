package io.keyferry.migrator.cli;

import io.keyferry.keyspace.cql.DriverClasses;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Loads what a run needs without a cluster, so that the JVM can note it in an archive of classes. The launcher runs this
 * once for each jar; what it runs later maps the archive into memory instead of reading thousands of classes one by one,
 * which is most of what a command takes before it is connected.
 */
final class NotedClasses {
    private static final String SUFFIX = ".class";

    /** Which classes a run needs is known of these: nearly all. */
    private static final List<String> WHOLE = List.of(
            "io/keyferry/",
            "com/datastax/oss/driver/api/core/",
            "com/datastax/oss/driver/internal/core/",
            "com/datastax/oss/protocol/internal/");

    private NotedClasses() {}

    /**
     * Runs a command line that reaches no cluster, and then loads what it did not need.
     *
     * @param args the command line
     */
    public static void main(String[] args) throws IOException, URISyntaxException {
        var unused = Main.run(Map.of(), args);
        DriverClasses.load();
        load(Path.of(NotedClasses.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()));
    }

    private static void load(Path jar) throws IOException {
        ClassLoader loader = NotedClasses.class.getClassLoader();
        try (JarFile file = new JarFile(jar.toFile())) {
            file.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(SUFFIX) && WHOLE.stream().anyMatch(name::startsWith))
                    .forEach(name -> load(
                            name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'), loader));
        }
    }

    /** Some parts of libraries are for other libraries, which we do not have. */
    private static void load(String name, ClassLoader loader) {
        try {
            var unused = Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            System.out.println(name + " is not for us: " + e);
        }
    }
}
