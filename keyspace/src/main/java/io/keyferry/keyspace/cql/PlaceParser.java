package io.keyferry.keyspace.cql;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Makes a {@link Place} of what a user typed after {@code --from} or {@code --to}: a kong.conf, a
 * {@code cassandra://} URI, or a declarative configuration. Connects to nothing; reads the files that the place names.
 * Not thread-safe.
 */
public final class PlaceParser {
    /**
     * What a user typed for one side.
     *
     * @param place empty only together with {@code kongEnvironment}: then the {@code KONG_*} variables say it all
     * @param kongEnvironment whether {@code KONG_*} variables count over the kong.conf ({@code --from-env})
     * @param passwordFile {@code --from-password-file}
     */
    public record Typed(String place, boolean kongEnvironment, Optional<Path> passwordFile) {
        public static Typed of(String place) {
            return new Typed(place, false, Optional.empty());
        }
    }

    private static final String FORMS =
            "a place is a kong.conf, a URI (cassandra://HOST:PORT/KEYSPACE?datacenter=DC), or a kong.yml";
    private static final Pattern YAML_OR_JSON = Pattern.compile("---.*|[{\\[].*|[\"']?[A-Za-z0-9_]+[\"']?\\s*:.*");
    private static final int LOOKED_AT = 64 * 1024;

    private final Map<String, String> environment;
    private final PasswordPrompt prompt;
    private final Consumer<String> warnings;

    /**
     * A parser with all it may look at.
     *
     * @param environment the process environment; {@code KONG_*} of it only when asked for
     * @param warnings told what is allowed but should be known, one sentence each
     */
    public PlaceParser(Map<String, String> environment, PasswordPrompt prompt, Consumer<String> warnings) {
        this.environment = Map.copyOf(environment);
        this.prompt = requireNonNull(prompt, "prompt is null");
        this.warnings = requireNonNull(warnings, "warnings is null");
    }

    /**
     * The place.
     *
     * @throws io.keyferry.keyspace.problem.KeyferryException (USAGE) naming all that is wrong with it
     */
    public Place parse(Side side, Typed typed) {
        Problems problems = new Problems();
        Optional<Place> place = parse(side, typed, problems);
        problems.throwIfAny(Kind.USAGE, "cannot use " + side.option() + ":");
        return place.orElseThrow();
    }

    /** The place, or empty when anything was added to the problems; so that both sides can be complained of at once. */
    public Optional<Place> parse(Side side, Typed typed, Problems problems) {
        long before = problems.count();
        Optional<Place> place = dispatch(side, typed, problems);
        return problems.count() == before ? place : Optional.empty();
    }

    private Optional<Place> dispatch(Side side, Typed typed, Problems problems) {
        String text = typed.place().strip();
        if (text.startsWith(UriAddress.SCHEME)) {
            return uri(side, text, typed, problems);
        }
        if (text.isEmpty() && typed.kongEnvironment()) {
            return kongConf(side, KongConf.empty(), typed, problems);
        }
        String shown = side.option() + " " + UriAddress.redact(text);
        if (text.isEmpty() || text.contains("://")) {
            problems.add(shown.strip() + ": " + FORMS);
            return Optional.empty();
        }
        try {
            return file(side, Path.of(text), typed, problems);
        } catch (InvalidPathException e) {
            problems.add(shown + ": not a path; " + FORMS);
        } catch (IOException e) {
            problems.add(shown + ": cannot be read (" + Reasons.of(e) + ")");
        }
        return Optional.empty();
    }

    private Optional<Place> uri(Side side, String text, Typed typed, Problems problems) {
        Passwords passwords = new Passwords(side, environment, problems, warnings);
        UriAddress uri = new UriAddress(side, text, passwords.storePassword(), problems);
        long before = problems.count();
        KeyspaceAddress.Builder address = uri.read(text);
        String shown = UriAddress.redact(text);
        if (typed.kongEnvironment()) {
            problems.add(shown + ": " + side.option() + "-env goes with a kong.conf; a URI says all itself");
        }
        passwords.ofUri(shown, uri.username(), typed.passwordFile(), prompt).ifPresent(address::credentials);
        return build(address, problems.count() == before);
    }

    private Optional<Place> kongConf(Side side, KongConf file, Typed typed, Problems problems) {
        KongConf conf = typed.kongEnvironment() ? file.with(environment) : file;
        long before = problems.count();
        if (!conf.speaksOfCassandra()) {
            problems.add((side.option() + " " + typed.place()).strip()
                    + ": no cassandra_* setting and no database = cassandra there"
                    + (typed.kongEnvironment()
                            ? ", nor among the KONG_* variables"
                            : "; settings in KONG_* variables count with " + side.option() + "-env"));
            return Optional.empty();
        }
        KeyspaceAddress.Builder address = new KongConfAddress(conf, problems, warnings).read();
        new Passwords(side, environment, problems, warnings)
                .ofKongConf(conf, typed.passwordFile())
                .ifPresent(address::credentials);
        return build(address, problems.count() == before);
    }

    private static Optional<Place> build(KeyspaceAddress.Builder address, boolean whole) {
        return whole ? Optional.of(new Place.Keyspace(address.build())) : Optional.empty();
    }

    private Optional<Place> file(Side side, Path path, Typed typed, Problems problems) throws IOException {
        if (!Files.isRegularFile(path)) {
            problems.add(side.option() + " " + path + ": "
                    + (Files.isDirectory(path) ? "is a directory" : "there is no such file") + "; " + FORMS);
            return Optional.empty();
        }
        if (!isDeclarative(path)) {
            return kongConf(side, KongConf.read(path), typed, problems);
        }
        if (typed.kongEnvironment() || typed.passwordFile().isPresent()) {
            problems.add(side.option() + " " + path
                    + ": a declarative configuration has neither environment nor password: leave out " + side.option()
                    + (typed.kongEnvironment() ? "-env" : "-password-file"));
        }
        return Optional.of(new Place.File(path));
    }

    private static boolean isDeclarative(Path path) throws IOException {
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".conf") || name.endsWith(".conf.default")) {
            return false;
        }
        if (name.matches(".*\\.(ya?ml|json|gz|zst)")) {
            return true;
        }
        byte[] start;
        try (InputStream in = Files.newInputStream(path)) {
            start = in.readNBytes(LOOKED_AT);
        }
        return isCompressed(start)
                || new String(start, StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .findFirst()
                        .filter(line -> YAML_OR_JSON.matcher(line).matches())
                        .isPresent();
    }

    private static boolean isCompressed(byte[] start) {
        boolean gzip = start.length > 1 && start[0] == 0x1f && start[1] == (byte) 0x8b;
        boolean zstd = start.length > 3
                && start[0] == 0x28
                && start[1] == (byte) 0xb5
                && start[2] == 0x2f
                && start[3] == (byte) 0xfd;
        return gzip || zstd;
    }
}
