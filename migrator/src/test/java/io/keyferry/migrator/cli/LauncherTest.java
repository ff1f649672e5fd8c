package io.keyferry.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyferry.migrator.cli.SourceTree.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private SourceTree tree;

    @BeforeEach
    void layTree() throws IOException {
        tree = new SourceTree(directory);
        environment.put("PATH", tree.tools.toString());
    }

    @Test
    void runsFromAnyDirectoryAndThroughChainsOfLinks() throws Exception {
        use(tree.built().jdk("17.0.15"));
        Path links = Files.createDirectories(directory.resolve("links/deep"));
        Files.createSymbolicLink(links.resolve("absolute"), tree.launcher());
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../../with space/tree/keyferry"));
        Files.createSymbolicLink(directory.resolve("links/chain"), Path.of("deep/relative"));

        for (String command : List.of(
                tree.launcher().toString(),
                links.resolve("absolute").toString(),
                "links/deep/relative",
                "./links/chain")) {
            Run run = runIn(directory, List.of(command));
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains("<-jar>\n<" + tree.jar.toRealPath() + ">\n");
            assertThat(run.exitCode()).isZero();
        }
        assertThat(runIn(Path.of("/"), List.of(links.resolve("absolute").toString()))
                        .exitCode())
                .isZero();
        assertThat(runIn(tree.root, List.of("/bin/sh", "keyferry")).exitCode()).isZero();
    }

    @Test
    void passesArgumentsUnchangedAndTheExitCodeThrough() throws Exception {
        use(tree.built().jdk("17.0.15"));

        Run run = run("two words", "", "*", "$HOME", "-Xmx1g", "a\\b", "end-with-7", "never seen");

        assertThat(run.out()).endsWith("<two words>\n<>\n<*>\n<$HOME>\n<-Xmx1g>\n<a\\b>\n");
        assertThat(run.exitCode()).isEqualTo(7);
    }

    @Test
    void optionsOfTheUserComeLastAndReplaceTheCollector() throws Exception {
        use(tree.built().jdk("17.0.15"));
        assertThat(run().out()).contains("<-XX:+UseSerialGC>");

        environment.put("KEYFERRY_JAVA_OPTS", "-Xmx2g  -Dglob=* -XX:+UseParallelGC");
        Run run = run("verify");

        assertThat(run.out()).contains("<-Xmx224m>").doesNotContain("SerialGC");
        assertThat(run.out())
                .endsWith("<-Xmx2g>\n<-Dglob=*>\n<-XX:+UseParallelGC>\n<-jar>\n<" + tree.jar.toRealPath()
                        + ">\n<verify>\n");
    }

    @Test
    void startsFastWhatIsSoonOver() throws Exception {
        use(tree.built().jdk("17.0.15"));
        assertThat(run("plan").out()).contains("<-XX:TieredStopAtLevel=1>");
        assertThat(run("migrate").out()).contains("<-Dkeyferry.compiler=quick>").doesNotContain("TieredStopAtLevel");
    }

    @Test
    void notesTheClassesOfEachJarOnceAndMapsThem() throws Exception {
        use(tree.built().jdk("17.0.15"));
        Path noted = tree.jar.resolveSibling("keyferry-classes.log");
        assertThat(run("migrate").out()).doesNotContain("SharedArchiveFile");
        assertThat(noted).content().contains("<-XX:ArchiveClassesAtExit=");

        Files.writeString(noted, "");
        Path archive = Files.createFile(tree.jar.resolveSibling("keyferry.jsa"));
        assertThat(run("migrate").out()).contains("<-XX:SharedArchiveFile=" + archive.toRealPath() + ">");
        assertThat(noted).isEmptyFile();

        // As after a build by Maven alone.
        SourceTree.age(noted, -3601);
        assertThat(run("migrate").out()).doesNotContain("SharedArchiveFile");
        assertThat(noted).isNotEmptyFile();
    }

    @Test
    void aRealJvmTakesOurOptionsAndWithoutALocaleStillReadsUtf8() throws Exception {
        tree.built();
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(tree.jar), manifest())) {
            jar.putNextEntry(new ZipEntry(Echo.class.getName().replace('.', '/') + ".class"));
            try (var bytes = Echo.class.getResourceAsStream("LauncherTest$Echo.class")) {
                bytes.transferTo(jar);
            }
        }
        use(Path.of(System.getProperty("java.home")));

        Run run = run("größer");

        assertThat(run).isEqualTo(new Run(5, "[größer]\n", ""));
    }

    @Test
    void buildsWhenThereIsNoJarThenNoMore() throws Exception {
        use(tree.maven().jdk("17.0.15"));

        Run first = run("read");
        Run second = run("read");

        assertThat(first.out()).endsWith("<read>\n");
        assertThat(first.err())
                .contains("keyferry: building, since there is no " + tree.jar.toRealPath()
                        + " yet. The first time can take")
                .contains("keyferry-build.log")
                .contains("keyferry: built in ");
        assertThat(second.err()).isEmpty();
        assertThat(tree.mavenCalls())
                .containsExactly("JAVA_HOME=" + environment.get("JAVA_HOME")
                        + " -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true -pl migrator -am package");
    }

    @Test
    void buildsAgainAfterAChangedSourceAPomAndARemovedFile() throws Exception {
        Path removed = tree.source.resolveSibling("B.java");
        Files.writeString(removed, "class B {}");
        use(tree.built().maven().jdk("17.0.15"));
        assertThat(run().err()).isEmpty();

        SourceTree.age(tree.source, 0);
        assertThat(run().err()).contains("building, since " + tree.source.toRealPath() + " has changed.");

        tree.built();
        SourceTree.age(tree.root.resolve("pom.xml"), 0);
        assertThat(run().err()).contains("pom.xml has changed.");

        tree.built();
        Files.delete(removed);
        assertThat(run().err()).contains("keyspace/src/main/java has changed.");

        tree.built();
        Files.createDirectories(tree.root.resolve("keyspace/src/test"));
        assertThat(run().err()).isEmpty();
        assertThat(tree.mavenCalls()).hasSize(3);
    }

    @Test
    void aSourceThatChangesDuringTheBuildIsBuiltNextTime() throws Exception {
        tree.maven(
                "touch keyspace/src/main/java/A.java",
                "mkdir -p migrator/target",
                "echo > migrator/target/keyferry.jar");
        use(tree.jdk("17.0.15"));

        run();
        run();

        assertThat(tree.mavenCalls()).hasSize(2);
    }

    @Test
    void theBuildLeavesStandardInputAlone() throws Exception {
        tree.maven("cat", "mkdir -p migrator/target", "echo > migrator/target/keyferry.jar");
        use(tree.jdk("17.0.15"));

        Process process = start(directory, List.of(tree.launcher().toString(), "read"));
        try (OutputStream input = process.getOutputStream()) {
            input.write("a password\n".getBytes(UTF_8));
        }

        assertThat(SourceTree.finish(process).out()).endsWith("<read>\na password\n");
    }

    @Test
    void showsTheEndOfTheLogWhenTheBuildFails() throws Exception {
        use(tree.maven("echo the reason", "exit 1").jdk("17.0.15"));

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(70);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("the reason\nkeyferry: the build failed (mvn ended with 1). The whole log: "
                        + tree.root.toRealPath() + "/migrator/target/keyferry-build.log\n");
    }

    @Test
    void saysThatMavenIsMissing() throws Exception {
        use(tree.jdk("17.0.15"));

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("needs Maven 3.8.7 or later").contains("apt-get install maven");
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        tree.maven(
                "while [ ! -e go ]; do sleep 0.02; done",
                "mkdir -p migrator/target",
                "echo > migrator/target/keyferry.jar");
        use(tree.jdk("17.0.15"));

        Process first = start(directory, List.of(tree.launcher().toString(), "first"));
        await().until(() -> !tree.mavenCalls().isEmpty());
        Process second = start(directory, List.of(tree.launcher().toString(), "second"));
        await().until(() -> second.getErrorStream().available() > 0);
        Files.createFile(tree.root.resolve("go"));

        assertThat(SourceTree.finish(first).out()).endsWith("<first>\n");
        Run waited = SourceTree.finish(second);
        assertThat(waited.out()).endsWith("<second>\n");
        assertThat(waited.err()).isEqualTo("keyferry: another keyferry is building; waiting for it\n");
        assertThat(tree.mavenCalls()).hasSize(1);
    }

    @Test
    void saysWhatItLookedAtWhenThereIsNoJava17() throws Exception {
        use(tree.built().jdk("11.0.2"));
        Files.createSymbolicLink(
                tree.tools.resolve("java"), tree.jdk("1.8.0_452").resolve("bin/java"));

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith(
                        "keyferry: Keyferry needs Java 17 (or later; rehearsals need 17). Looked at:\n  JAVA_HOME, ")
                .contains("java of 11.0.2/bin/java: Java 11\n  PATH, ")
                .contains("tools/java: Java 8\n")
                .contains("apt-get install openjdk-17-jdk-headless");
    }

    @Test
    void saysThatThereIsNoJavaAtAll() throws Exception {
        tree.built();

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("JAVA_HOME: not set\n").contains("PATH: no java\n");
    }

    @Test
    void looksFurtherWhenJavaHomeIsAnotherVersion() throws Exception {
        use(tree.built().jdk("11.0.2"));
        tree.install(tree.jdk("17.0.9"), "java-17-openjdk");
        assertThat(run().out()).startsWith("Java 17.0.9\n");

        Files.createSymbolicLink(tree.tools.resolve("java"), tree.jdk("17.0.15").resolve("bin/java"));
        assertThat(run().out()).startsWith("Java 17.0.15\n");
    }

    @Test
    void readsTheReleaseFileInsteadOfStartingAJvm() throws Exception {
        Path home = tree.built().jdk("9.9");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.1\"\n");
        use(home);

        assertThat(run().out()).startsWith("Java 9.9\n");
    }

    @Test
    void runsOnANewerJavaButBuildsOnlyOnA17() throws Exception {
        use(tree.built().maven().jdk("25"));
        assertThat(run().out()).startsWith("Java 25\n");

        tree.install(tree.jre("17.0.1"), "jre-17");
        SourceTree.age(tree.source, 0);
        Run run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("keyferry: Building Keyferry needs a JDK 17")
                .contains("java of 25/bin/java: Java 25\n")
                .contains("jre-17/bin/java: Java 17, but without a compiler (a JRE, not a JDK)\n");
        assertThat(tree.mavenCalls()).isEmpty();
    }

    @Test
    void anUnpackedReleaseJustRuns() throws Exception {
        use(tree.maven().jdk("17.0.15"));
        Files.delete(tree.root.resolve("pom.xml"));
        assertThat(run().err()).contains("found neither").contains("lib/keyferry.jar");
        assertThat(run().exitCode()).isEqualTo(2);

        Path jar = Files.createDirectories(tree.root.resolve("lib")).resolve("keyferry.jar");
        Files.writeString(jar, "jar");
        Run run = run("plan");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).endsWith("<-jar>\n<" + jar.toRealPath() + ">\n<plan>\n");
        assertThat(tree.mavenCalls()).isEmpty();
    }

    private void use(Path javaHome) {
        environment.put("JAVA_HOME", javaHome.toString());
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tree.launcher().toString()));
        command.addAll(List.of(arguments));
        return runIn(directory, command);
    }

    private Run runIn(Path workingDirectory, List<String> command) throws IOException, InterruptedException {
        Process process = start(workingDirectory, command);
        process.getOutputStream().close();
        return SourceTree.finish(process);
    }

    private Process start(Path workingDirectory, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Echo.class.getName());
        return manifest;
    }

    /** Runs in the real JVM. */
    static final class Echo {
        public static void main(String[] arguments) {
            System.out.println(List.of(arguments));
            System.exit(5);
        }
    }
}
