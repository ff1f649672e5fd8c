package io.keyferry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command as a process of its own and measures it and the server that it works on. Linux only: reads /proc. */
final class Child {
    private static final long POLL_MILLIS = 20;
    private static final long REST_MILLIS = 500;
    private static final int MOST_RESTS = 60;
    /** Seconds of processor time within a rest; a server with nothing to do takes a hundredth of a second. */
    private static final double QUIET_CPU = 0.05;

    private static final double TICKS_PER_SECOND = 100;
    private static final double KIB_PER_MIB = 1024;
    private static final double NANOS = 1e9;

    /**
     * What a process took.
     *
     * @param seconds from start to exit
     * @param peakMegabytes the largest resident set, in MiB
     * @param clientCpu seconds of user and system time of the process
     * @param serverCpu the same of the server meanwhile
     * @param output what it printed on stdout
     */
    record Run(double seconds, double peakMegabytes, double clientCpu, double serverCpu, String output) {}

    private final long server;
    private final Path logs;
    private int number;

    /**
     * @param server process id of the server
     * @param logs a directory for the output of the processes
     */
    Child(long server, Path logs) {
        this.server = server;
        this.logs = logs;
    }

    /** @throws IOException also when the command ends with another code than 0; names its log */
    Run run(String name, List<String> command) throws IOException, InterruptedException {
        Path out = logs.resolve(++number + "-" + name + ".out");
        Path err = logs.resolve(number + "-" + name + ".err");
        double serverBefore = cpu(server, 0);
        long started = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        double peak = 0;
        double cpu = 0;
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            peak = peak(process.pid(), peak);
            cpu = cpu(process.pid(), cpu);
        }
        double seconds = (System.nanoTime() - started) / NANOS;
        if (process.exitValue() != 0) {
            throw new IOException(name + " ended with " + process.exitValue() + ". Its output is in " + out + " and "
                    + err + ":\n" + tail(err));
        }
        return new Run(seconds, peak, cpu, cpu(server, serverBefore) - serverBefore, Files.readString(out));
    }

    /** Waits until the server does nothing any more, not even compact what was written; half a minute at most. */
    void awaitQuiet() throws InterruptedException {
        double before = cpu(server, 0);
        for (int i = 0; i < MOST_RESTS; i++) {
            TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
            double now = cpu(server, before);
            if (now - before <= QUIET_CPU) {
                return;
            }
            before = now;
        }
    }

    /** Starts a command that runs beside others and reads from us: until {@code getOutputStream} is closed, or we end. */
    Process start(String name, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(logs.resolve(++number + "-" + name + ".out").toFile())
                .redirectError(logs.resolve(number + "-" + name + ".err").toFile())
                .start();
    }

    private static String tail(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** A process that has just ended has no status any more: then what was seen last counts. */
    private static double peak(long pid, double last) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB)
                    .findFirst()
                    .orElse(last);
        } catch (IOException e) {
            return last;
        }
    }

    private static double cpu(long pid, double last) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The second field is the command's name in parentheses, which may hold spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            return last;
        }
    }
}
