package io.keyferry.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small tree with the real launcher in it, and stubs of everything that it calls: no Maven, no JVM, no network.
 *
 * <p>The stub {@code java} prints its arguments; the stub {@code mvn} notes its own and makes the jar.
 */
final class SourceTree {
    private static final List<String> TOOLS = List.of(
            "sh",
            "cat",
            "date",
            "dirname",
            "find",
            "flock",
            "head",
            "mkdir",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tail",
            "touch");

    final Path root;
    final Path tools;
    final Path jar;
    final Path source;
    private final Path knownJavas;
    private final Path mavenCalls;

    SourceTree(Path directory) throws IOException {
        root = Files.createDirectories(directory.resolve("with space").resolve("tree"));
        tools = Files.createDirectories(directory.resolve("tools"));
        knownJavas = Files.createDirectories(directory.resolve("jvm"));
        mavenCalls = directory.resolve("maven-calls");
        jar = root.resolve("migrator/target/keyferry.jar");
        source = root.resolve("keyspace/src/main/java/A.java");
        Files.createDirectories(requireNonNull(source.getParent()));
        Files.writeString(source, "class A {}");
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.writeString(root.resolve("keyspace/pom.xml"), "<project/>");
        for (String tool : TOOLS) {
            lay(tool);
        }

        Path launcher = Path.of(System.getProperty("keyferry.root", ".."), "keyferry");
        String script = Files.readString(launcher);
        String original = "known_javas=/usr/lib/jvm\n";
        assertThat(script).contains(original);
        executable(launcher(), script.replace(original, "known_javas='" + knownJavas + "'\n"));
    }

    Path launcher() {
        return root.resolve("keyferry");
    }

    /** A Maven that notes how it was called, then does what {@code body} says, in the root of the tree. */
    SourceTree maven(String... body) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("echo \"JAVA_HOME=$JAVA_HOME $*\" >> '" + mavenCalls + "'");
        lines.addAll(List.of(body));
        executable(tools.resolve("mvn"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return this;
    }

    SourceTree maven() throws IOException {
        return maven("mkdir -p migrator/target", "echo jar > migrator/target/keyferry.jar");
    }

    List<String> mavenCalls() throws IOException {
        return Files.exists(mavenCalls) ? Files.readAllLines(mavenCalls) : List.of();
    }

    /** A jar that is newer than all sources. */
    SourceTree built() throws IOException {
        Files.createDirectories(requireNonNull(jar.getParent()));
        Files.writeString(jar, "jar");
        age(jar, -3600);
        age(source, -7200);
        try (Stream<Path> files = Files.walk(root.resolve("keyspace"))) {
            for (Path file : files.toList()) {
                age(file, -7200);
            }
        }
        age(root.resolve("pom.xml"), -7200);
        return this;
    }

    /** A JDK of this version, known to nobody yet. */
    Path jdk(String version) throws IOException {
        Path home = jre(version);
        executable(home.resolve("bin/javac"), "#!/bin/sh\n");
        return home;
    }

    Path jre(String version) throws IOException {
        Path home = requireNonNull(root.getParent()).resolve("java of " + version);
        executable(home.resolve("bin/java"), """
                #!/bin/sh
                case $1 in
                    -version) echo 'openjdk version "VERSION" 2026-01-01' >&2; exit ;;
                    -XshowSettings*) echo '    java.home = HOME' >&2; exit ;;
                esac
                echo "Java VERSION"
                for argument; do
                    [ "$argument" != end-with-7 ] || exit 7
                    printf '<%s>\\n' "$argument"
                done
                [ "$argument" != read ] || cat
                """.replace("VERSION", version).replace("HOME", home.toString()));
        return home;
    }

    /** Lays a Java where the launcher looks last, as {@code /usr/lib/jvm/<name>}. */
    void install(Path home, String name) throws IOException {
        Files.createSymbolicLink(knownJavas.resolve(name), home);
    }

    static Run finish(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), out, err);
    }

    static void age(Path file, long seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + seconds * 1000));
    }

    static void executable(Path file, String text) throws IOException {
        Files.createDirectories(requireNonNull(file.getParent()));
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void lay(String tool) throws IOException {
        for (String directory : List.of("/usr/bin", "/bin")) {
            Path found = Path.of(directory, tool);
            if (Files.exists(found)) {
                executable(tools.resolve(tool), "#!/bin/sh\nexec " + found + " \"$@\"\n");
                return;
            }
        }
    }

    record Run(int exitCode, String out, String err) {}
}
