package io.keyferry.migrator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.PasswordPrompt;
import io.keyferry.keyspace.cql.PlaceParser;
import io.keyferry.keyspace.cql.PlaceParser.Typed;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.load.Import;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a file or a place holds, it is taken or refused with a message that names it; nothing else happens, and soon.
 * {@code -Dkeyferry.fuzz=N} tries N inputs of each kind, {@code -Dkeyferry.fuzz.seed=S} others than usual.
 */
final class FuzzTest {
    private static final int INPUTS = Integer.getInteger("keyferry.fuzz", 250);
    private static final long SEED = Long.getLong("keyferry.fuzz.seed", 2026);
    private static final long SLOW_SECONDS = 30;

    @TempDir
    private Path directory;

    /** Takes an input, or throws. */
    private interface Target {
        void take(byte[] input, int number) throws IOException;
    }

    @Test
    void documents() throws IOException {
        List<KongVersion> versions = Catalog.known();
        Path yaml = directory.resolve("kong.yml");
        Path json = directory.resolve("kong.json");
        fuzz("documents", files("fuzz/documents"), (input, number) -> {
            Path file = number % 5 == 0 ? json : yaml;
            Files.write(file, input);
            Catalog catalog = Catalog.forVersion(versions.get(number % versions.size()));
            new Import(file, catalog, Optional.empty(), settings()).check();
        });
    }

    @Test
    void configurations() throws IOException {
        Path file = directory.resolve("kong.conf");
        fuzz("confs", files("fuzz/confs"), (input, number) -> {
            Files.write(file, input);
            var unused = parser().parse(Side.FROM, Typed.of(file.toString()));
        });
    }

    @Test
    void places() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (InputStream in = FuzzTest.class.getResourceAsStream("fuzz/uris.txt")) {
            new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> seeds.add(line.getBytes(StandardCharsets.UTF_8)));
        }
        fuzz("uris", seeds, (input, number) -> {
            String place = new String(input, StandardCharsets.UTF_8);
            var unused = parser().parse(Side.TO, Typed.of(place));
        });
    }

    private static void fuzz(String kind, List<byte[]> seeds, Target target) throws IOException {
        System.out.println("fuzz " + kind + ": " + INPUTS + " inputs, -Dkeyferry.fuzz.seed=" + SEED);
        int taken = 0;
        for (int number = 0; number < INPUTS; number++) {
            byte[] input = Mutation.of(seeds, SEED, number);
            long began = System.nanoTime();
            try {
                target.take(input, number);
                taken++;
            } catch (KeyferryException e) {
                boolean clear = (e.kind() == Kind.USAGE || e.kind() == Kind.REFUSED)
                        && String.valueOf(e.getMessage()).matches("(?s).*(kong\\.(yml|json|conf)|--to|--kong).*");
                if (!clear) {
                    throw kept(kind, number, input, e);
                }
            } catch (RuntimeException | IOException | StackOverflowError | OutOfMemoryError | AssertionError e) {
                throw kept(kind, number, input, e);
            }
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(SLOW_SECONDS)) {
                throw kept(kind, number, input, new AssertionError("over " + SLOW_SECONDS + " s"));
            }
        }
        // All taken would mean that the inputs try nothing.
        assertThat(taken).as("%s taken", kind).isLessThan(INPUTS);
    }

    /** An error that names seed and number, with the input kept as a file. */
    private static AssertionError kept(String kind, int number, byte[] input, Throwable cause) throws IOException {
        Path file = Files.createDirectories(Path.of("target", "fuzz")).resolve(kind + "-" + SEED + "-" + number);
        Files.write(file, input);
        return new AssertionError(
                kind + ", seed " + SEED + ", input " + number + ", kept in " + file.toAbsolutePath() + ": " + cause,
                cause);
    }

    private Import.Settings settings() {
        return new Import.Settings(Set.of(), 1, directory, Clock.systemUTC(), TransferListener.NONE);
    }

    private static PlaceParser parser() {
        return new PlaceParser(Map.of(), PasswordPrompt.nobody(), warning -> {});
    }

    private static List<byte[]> files(String resources) throws IOException {
        URL url = requireNonNull(FuzzTest.class.getResource(resources));
        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
            for (Path file : files.sorted().toList()) {
                contents.add(Files.readAllBytes(file));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return contents;
    }
}
