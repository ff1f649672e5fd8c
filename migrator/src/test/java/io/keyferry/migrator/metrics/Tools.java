package io.keyferry.migrator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus' programs, as Debian has them: packages prometheus and prometheus-pushgateway. */
public final class Tools {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Tools() {}

    /** A program of the PATH. Without it the test is skipped, but in CI, which installs it, it fails. */
    public static String program(String name) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path program = Path.of(directory, name);
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        String missing =
                name + " is not on the PATH: install the Debian packages prometheus and prometheus-pushgateway";
        if (System.getenv("CI") != null) {
            fail(missing);
        }
        return abort(missing);
    }

    public record Ended(int exitCode, String output) {}

    /** Runs a program to its end. */
    public static Ended run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), output);
    }

    /** A server that runs until it is closed. */
    public static final class Server implements AutoCloseable {
        private final Process process;
        private final int port;

        private Server(Process process, int port) {
            this.process = process;
            this.port = port;
        }

        /** Starts one on a port that is free, and waits until it is ready. Its output goes to a file. */
        public static Server start(Path directory, String program, String... arguments)
                throws IOException, InterruptedException {
            int port = freePort();
            List<String> command = new ArrayList<>(List.of(program(program), "--web.listen-address=127.0.0.1:" + port));
            command.addAll(Arrays.asList(arguments));
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(program + ".log").toFile())
                    .start();
            Server server = new Server(process, port);
            for (int i = 0; i < 600 && process.isAlive(); i++) {
                if (server.isReady()) {
                    return server;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            process.destroyForcibly();
            throw new IOException(
                    program + " does not start: " + Files.readString(directory.resolve(program + ".log")));
        }

        private boolean isReady() throws InterruptedException {
            try {
                return get("/-/ready").statusCode() == 200;
            } catch (IOException e) {
                return false;
            }
        }

        public String url() {
            return "http://127.0.0.1:" + port;
        }

        public HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url() + path)).build(), BodyHandlers.ofString());
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A port that is free now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A file of the repository. */
    public static Path repository(String path) {
        return Path.of(System.getProperty("keyferry.root")).resolve(path);
    }
}
