package io.keyferry.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Types command lines, in this JVM or into one of their own, and catches what they print. */
final class Typing {
    private Typing() {}

    /** How a command line ended. */
    record Ended(int exitCode, String out, String err) {}

    /** The arguments of a migration of one test keyspace into another, of Kong 2.8. */
    static String[] migrate(String source, String target, Path work, String... more) {
        return joined(List.of(transfer("migrate", source, target, work, "--yes")), more);
    }

    /** The arguments of a command between two test keyspaces, of Kong 2.8. */
    static String[] transfer(String command, String source, String target, Path work, String... more) {
        return joined(
                List.of(
                        command,
                        "--from",
                        Keyspaces.uri(source),
                        "--to",
                        Keyspaces.uri(target),
                        "--kong",
                        "2.8",
                        "--work-dir",
                        work.toString()),
                more);
    }

    /** The arguments of a repair of what a report of two test keyspaces names. */
    static String[] repair(Path report, String source, String target, Path work, String... more) {
        return joined(
                List.of(
                        "repair",
                        "--report",
                        report.toString(),
                        "--from",
                        Keyspaces.uri(source),
                        "--to",
                        Keyspaces.uri(target),
                        "--work-dir",
                        work.toString()),
                more);
    }

    private static String[] joined(List<String> args, String... more) {
        return Stream.concat(args.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    static Ended keyferry(String... args) {
        return keyferry(Map.of(), args);
    }

    static Ended keyferry(Map<String, String> environment, String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, UTF_8));
            System.setErr(new PrintStream(said, true, UTF_8));
            int code = Main.run(environment, args);
            return new Ended(code, printed.toString(UTF_8), said.toString(UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** A process of its own, for what only a process has: a working directory, an exit code, signals. */
    static Process process(Path directory, String... args) throws IOException {
        return process(directory, List.of(), args);
    }

    /** The same, with options of the JVM. */
    static Process process(Path directory, List<String> options, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-cp",
                System.getProperty("java.class.path")));
        for (String property : List.of("keyferry.cassandra.home", "keyferry.root")) {
            if (System.getProperty(property) != null) {
                command.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        command.addAll(options);
        command.add(Main.class.getName());
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYFERRY_") || name.startsWith("KONG_"));
        return builder.start();
    }

    static Ended finish(Process process) throws IOException, InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Thread errors = new Thread(() -> {
            try {
                process.getErrorStream().transferTo(said);
            } catch (IOException e) {
                // The process is gone, and with it its pipe.
            }
        });
        errors.start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        int code = process.waitFor();
        errors.join();
        return new Ended(code, out, said.toString(UTF_8));
    }
}
