package io.keyferry.rehearsal;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jars of one Cassandra version, in {@code <home>/<version>/lib}.
 *
 * <p>Immutable. The jars are laid by the build (module {@code rehearsal/cassandra}) or by the release archive; they are
 * on the class path of the nodes only, never on ours.
 */
public record CassandraDistribution(String version, Path directory) {
    /** System property: the directory that holds one directory for each version. */
    public static final String HOME_PROPERTY = "keyferry.cassandra.home";

    /** The line that is started unless another one is asked for; the only one here that upstream supports on Java 17. */
    public static final String DEFAULT_LINE = "5.0";

    private static final String BUILT_HOME = "rehearsal/cassandra/target/cassandra";
    private static final int ANCESTORS = 6;

    public CassandraDistribution {
        requireNonNull(version, "version");
        requireNonNull(directory, "directory");
    }

    /** The newest laid version of {@link #DEFAULT_LINE}. */
    public static CassandraDistribution find() {
        return find(DEFAULT_LINE);
    }

    /**
     * The newest laid version of a line such as {@code 5.0} or {@code 3.11}; a full version is a line of its own.
     *
     * @throws RehearsalException when no such version is laid anywhere we look
     */
    public static CassandraDistribution find(String line) {
        return find(line, homes());
    }

    static CassandraDistribution find(String line, List<Path> homes) {
        requireNonNull(line, "line");
        for (Path home : homes) {
            Optional<CassandraDistribution> newest = versionsIn(home).stream()
                    .filter(found -> found.version.equals(line) || found.version.startsWith(line + "."))
                    .max(comparing(found -> found.version, byNumbers()));
            if (newest.isPresent()) {
                return newest.get();
            }
        }
        throw new RehearsalException("No Cassandra " + line
                + " found: looked for <version>/lib/cassandra-all-<version>.jar"
                + " in " + homes + ". Lay it with"
                + " 'mvn -f rehearsal/cassandra process-resources' (add -Dcassandra.version=<version> for another line than "
                + DEFAULT_LINE + "), or point -D" + HOME_PROPERTY + " to the directory that holds <version>/lib.");
    }

    /** Every jar of the server, in a fixed order: a class data archive is valid for one order only. */
    List<Path> jars() {
        Path lib = directory.resolve("lib");
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new RehearsalException("Cannot list the jars of Cassandra " + version + " in " + lib, e);
        }
    }

    /** The memory meter that lines before 5.0 need as an agent on Java 17. */
    Optional<Path> agent() {
        if (major() >= 5) {
            return Optional.empty();
        }
        return jars().stream().filter(jar -> fileName(jar).startsWith("jamm-")).findFirst();
    }

    int major() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    private static List<CassandraDistribution> versionsIn(Path home) {
        if (!Files.isDirectory(home)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(home)) {
            return directories
                    .map(directory -> new CassandraDistribution(fileName(directory), directory))
                    .filter(found -> Files.exists(
                            found.directory.resolve("lib").resolve("cassandra-all-" + found.version + ".jar")))
                    .toList();
        } catch (IOException e) {
            throw new RehearsalException("Cannot list the versions of Cassandra in " + home, e);
        }
    }

    private static List<Path> homes() {
        String property = System.getProperty(HOME_PROPERTY);
        if (property != null && !property.isBlank()) {
            return List.of(Path.of(property).toAbsolutePath());
        }
        List<Path> homes = new ArrayList<>();
        @Nullable Path ancestor = ownLocation().getParent();
        for (int i = 0; i < ANCESTORS && ancestor != null; i++) {
            homes.add(ancestor.resolve("cassandra"));
            homes.add(ancestor.resolve(BUILT_HOME));
            ancestor = ancestor.getParent();
        }
        return homes;
    }

    private static Path ownLocation() {
        try {
            return Path.of(CassandraDistribution.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new RehearsalException("Cannot tell where Keyferry runs from: set -D" + HOME_PROPERTY, e);
        }
    }

    private static Comparator<String> byNumbers() {
        return (left, right) -> Arrays.compare(numbers(left), numbers(right));
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[^0-9]+"))
                .filter(part -> !part.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static String fileName(Path path) {
        return requireNonNull(path.getFileName(), "file name").toString();
    }
}
