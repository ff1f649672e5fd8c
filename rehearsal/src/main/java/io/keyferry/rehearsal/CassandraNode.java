package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One node: its files and its process. Not thread-safe; its cluster is. */
final class CassandraNode {
    private static final int QUOTED_LINES = 15;
    private static final int END_SECONDS = 30;
    private static final Pattern MEANINGLESS =
            Pattern.compile("\\s+at .*|\\s+\\.\\.\\. \\d+ .*|.* (INFO|DEBUG) .*|\\s*");
    private static final Pattern PORT_TAKEN = Pattern.compile("Address already in use|is in use by another process");

    private final ClusterPlan plan;
    private final int number;
    private final NodeFiles files;
    private final List<Path> classPath;
    private final Optional<ClassArchive> archive;
    private @Nullable Process process;
    private boolean makesArchive;
    private boolean served;

    CassandraNode(ClusterPlan plan, int number) throws IOException {
        this.plan = plan;
        this.number = number;
        this.files = new NodeFiles(plan, number);
        this.classPath = new ArrayList<>(plan.distribution().jars());
        Path distribution = plan.distribution().directory();
        classPath.add(0, LauncherJar.in(Files.isWritable(distribution) ? distribution : plan.directory()));
        this.archive = ClassArchive.of(plan.distribution(), classPath);
    }

    void launch() throws IOException {
        List<String> archiveArguments = new ArrayList<>();
        if (archive.isPresent() && archive.get().exists()) {
            archiveArguments.add(archive.get().useArgument());
        } else if (archive.isPresent() && number == 1) {
            archiveArguments.add(archive.get().makeArgument());
            makesArchive = true;
        }
        Path arguments = files.write(classPath, archiveArguments);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + arguments);
        // Options that are meant for us are not meant for the node, and would be printed into its log.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().keySet().removeIf(name -> name.startsWith("CASSANDRA_"));
        process = builder.directory(files.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()))
                .start();
    }

    /** An archive is worth keeping only of a node that has come up all the way. */
    void markServing() {
        served = true;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    long pid() {
        return requireNonNull(process, "process").pid();
    }

    Path log() {
        return files.log();
    }

    void kill() {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        await(process);
        dropArchive();
    }

    /** Ends the process as fast as can be, unless it has an archive to write first. */
    void end() {
        if (makesArchive && served && process != null && process.isAlive()) {
            leave(process);
        }
        kill();
    }

    private void leave(Process running) {
        try (OutputStream pipe = running.getOutputStream()) {
            pipe.write(NodeLauncher.LEAVE);
            pipe.flush();
            if (running.waitFor(END_SECONDS, TimeUnit.SECONDS) && running.exitValue() == 0) {
                makesArchive = false;
                archive.ifPresent(ClassArchive::finish);
            }
        } catch (IOException e) {
            // It is ending already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void dropArchive() {
        if (makesArchive) {
            makesArchive = false;
            archive.ifPresent(ClassArchive::discard);
        }
    }

    /** Waits even when interrupted: whoever ends the process deletes its files next. */
    private void await(Process ending) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        try {
            while (ending.isAlive()) {
                try {
                    if (!ending.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        throw new RehearsalException(
                                "Node " + number + " (process " + ending.pid() + ") is still there " + END_SECONDS
                                        + " s after it was killed: the machine may hang on its disk.");
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    boolean failedForAPort() {
        return tail().stream().anyMatch(line -> PORT_TAKEN.matcher(line).find());
    }

    /** Why it does not serve: its last meaningful lines and, where we know it, the remedy. */
    String account() {
        List<String> tail = tail();
        String where = "Node " + number + " (" + plan.address(number) + ":" + plan.nativePort() + ")";
        String lines = tail.isEmpty() ? "  (its log is empty)" : "  " + String.join("\n  ", tail);
        return where + " last said:\n" + lines + "\n" + remedy(String.join("\n", tail));
    }

    private String remedy(String said) {
        if (PORT_TAKEN.matcher(said).find()) {
            return "A port of it is in use: end what listens there, choose another port, or let Keyferry choose one.";
        }
        if (said.contains("OutOfMemoryError") || said.contains("insufficient memory")) {
            return "It ran out of memory: give it a larger heap, or end other programs.";
        }
        if (said.contains("UnsupportedClassVersionError") || said.contains("Unrecognized VM option")) {
            return "Its Java does not fit: run with a Java 17 (set JAVA_HOME).";
        }
        if (said.contains("No space left")) {
            return "The disk is full: make room, or choose another directory.";
        }
        return "If the machine is busy, raise the start deadline or take fewer nodes. To keep the whole log, give the"
                + " cluster a directory of yours.";
    }

    private List<String> tail() {
        Deque<String> telling = new ArrayDeque<>();
        Deque<String> last = new ArrayDeque<>();
        try {
            for (String line : Files.readAllLines(files.log(), StandardCharsets.UTF_8)) {
                keep(last, line);
                if (!MEANINGLESS.matcher(line).matches()) {
                    keep(telling, line);
                }
            }
        } catch (IOException e) {
            return List.of("(its log cannot be read: " + e + ")");
        }
        return List.copyOf(telling.isEmpty() ? last : telling);
    }

    private static void keep(Deque<String> lines, String line) {
        lines.addLast(line.length() > 300 ? line.substring(0, 300) + "..." : line);
        if (lines.size() > QUOTED_LINES) {
            lines.removeFirst();
        }
    }
}
