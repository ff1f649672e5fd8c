package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import io.keyferry.rehearsal.RecordedCase.BadInputs;
import io.keyferry.rehearsal.RecordedCase.Bootstrap;
import io.keyferry.rehearsal.RecordedCase.Export;
import io.keyferry.rehearsal.RecordedCase.ImportAndExport;
import io.keyferry.rehearsal.RecordedCase.Migration;
import io.keyferry.rehearsal.RecordedCase.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the recorded cases below a directory. A case is told by what its directory holds, so that a new one is added by
 * adding a directory; versions come from its name or from the nearest directory above that has one in its name.
 */
public final class RecordedCases {
    /** System property: where the recordings are, absolute or from {@link #ROOT_PROPERTY}. */
    public static final String DIRECTORY_PROPERTY = "keyferry.recorded";

    /** System property: the root of the repository; by default the working directory. */
    public static final String ROOT_PROPERTY = "keyferry.root";

    private static final String OWN_COPY = "rehearsal/src/test/recorded";
    private static final String VERSION = "\\d+(?:\\.(?:\\d+|x))*";
    private static final Pattern FROM_TO = Pattern.compile(
            "(?<from>" + VERSION + ")\\D*?[-_]to[-_]\\D*?(?<to>" + VERSION + ")(?:[-_. ]+(?<label>.+))?");
    private static final Pattern LONE_VERSION = Pattern.compile("(?<to>\\d+(?:\\.(?:\\d+|x))+)");
    private static final Pattern VERDICT =
            Pattern.compile("###\\s+(?<file>\\S+)\\s+parse_rc=(?<parse>\\d+)\\s+import_rc=(?<import>\\d+)\\s*");

    private RecordedCases() {}

    /** Where the recordings are: the system property, else our own copy in the repository. */
    public static Path directory() {
        Path root = Path.of(System.getProperty(ROOT_PROPERTY, "")).toAbsolutePath();
        String property = System.getProperty(DIRECTORY_PROPERTY, "");
        return root.resolve(property.isBlank() ? OWN_COPY : property).normalize();
    }

    /** All cases below a directory, by name. */
    public static List<RecordedCase> in(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new RehearsalException("There is no directory " + directory + " with recordings: set -D"
                    + DIRECTORY_PROPERTY + " to one, absolute or from the repository's root.");
        }
        Path root = directory.toAbsolutePath().normalize();
        List<RecordedCase> cases = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root)) {
            for (Path candidate : found.filter(Files::isDirectory).sorted().toList()) {
                recognise(root, candidate).ifPresent(cases::add);
            }
        } catch (IOException e) {
            throw new RehearsalException("Cannot search " + root + " for recordings", e);
        }
        return List.copyOf(cases);
    }

    /** The cases of one kind below a directory, by name. */
    public static <C extends RecordedCase> List<C> in(Path directory, Class<C> kind) {
        return in(directory).stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static Optional<RecordedCase> recognise(Path root, Path candidate) throws IOException {
        String name = root.equals(candidate)
                ? fileName(candidate)
                : root.relativize(candidate).toString().replace('\\', '/');
        if (isKeyspace(candidate.resolve("db-before")) && isKeyspace(candidate.resolve("db-after-finish"))) {
            return Optional.of(migration(name, candidate));
        }
        boolean exported = isKeyspace(candidate.resolve("db")) && Files.exists(candidate.resolve("export.yml"));
        if (exported && Files.exists(candidate.resolve("import.yml"))) {
            return Optional.of(new ImportAndExport(name, candidate, version(candidate)));
        }
        if (exported) {
            return Optional.of(new Export(name, candidate, version(candidate)));
        }
        if (fileName(candidate).equals("after-bootstrap") && isKeyspace(candidate)) {
            return Optional.of(new Bootstrap(name, candidate, version(candidate)));
        }
        Path results = candidate.resolve("results.txt");
        if (Files.exists(results)) {
            return Optional.of(new BadInputs(name, candidate, version(candidate), verdicts(results)));
        }
        return Optional.empty();
    }

    private static boolean isKeyspace(Path folder) {
        return Files.exists(folder.resolve("schema.json"));
    }

    private static Migration migration(String name, Path directory) {
        Matcher versions = FROM_TO.matcher(fileName(directory));
        if (!versions.find()) {
            throw new RehearsalException("The directory " + directory + " holds a migration, but its name does not say"
                    + " between which versions: call it <from>-to-<to>, as in 2.0.5-to-2.8.5.");
        }
        return new Migration(
                name,
                directory,
                versions.group("from"),
                versions.group("to"),
                Optional.ofNullable(versions.group("label")));
    }

    private static String version(Path directory) {
        for (@Nullable Path ancestor = directory; ancestor != null; ancestor = ancestor.getParent()) {
            String name = ancestor.getFileName() == null ? "" : fileName(ancestor);
            Matcher both = FROM_TO.matcher(name);
            if (both.find()) {
                return both.group("to");
            }
            Matcher one = LONE_VERSION.matcher(name);
            if (one.find()) {
                return one.group("to");
            }
        }
        throw new RehearsalException("Neither " + directory + " nor a directory above it has a version in its name:"
                + " put it below one that is called after Kong's version, as in 2.8.5/sample.");
    }

    private static List<Verdict> verdicts(Path results) throws IOException {
        Path directory = requireNonNull(results.getParent(), "directory");
        List<Verdict> verdicts = new ArrayList<>();
        @Nullable Matcher current = null;
        List<String> output = new ArrayList<>();
        for (String line : Files.readAllLines(results)) {
            Matcher header = VERDICT.matcher(line);
            if (!header.matches()) {
                output.add(line);
                continue;
            }
            if (current != null) {
                verdicts.add(verdict(directory, current, output));
            }
            current = header;
            output = new ArrayList<>();
        }
        if (current == null) {
            throw new RehearsalException("There is no verdict in " + results
                    + ": its lines should be '### <file> parse_rc=<n> import_rc=<n>' with the output below each.");
        }
        verdicts.add(verdict(directory, current, output));
        return verdicts;
    }

    private static Verdict verdict(Path directory, Matcher header, List<String> output) {
        return new Verdict(
                directory.resolve(header.group("file")),
                Integer.parseInt(header.group("parse")),
                Integer.parseInt(header.group("import")),
                output);
    }

    private static String fileName(Path path) {
        return requireNonNull(path.getFileName(), "file name").toString();
    }
}
