package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.cql.KongConf.Setting;
import io.keyferry.keyspace.problem.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the password of one side: its password file, else its environment variable, else the kong.conf, else a person.
 * A password file that others may read is used with a warning, not refused: secrets that Kubernetes and Docker mount
 * are world-readable inside a container.
 */
final class Passwords {
    private static final String KONG_DEFAULT_USER = "kong";

    private final Side side;
    private final Map<String, String> environment;
    private final Problems problems;
    private final Consumer<String> warnings;

    Passwords(Side side, Map<String, String> environment, Problems problems, Consumer<String> warnings) {
        this.side = side;
        this.environment = environment;
        this.problems = problems;
        this.warnings = warnings;
    }

    static String remedy(Side side) {
        return side.passwordVariable() + " in the environment, or " + side.option() + "-password-file FILE";
    }

    Optional<Secret> storePassword() {
        return variable(side.storePasswordVariable());
    }

    /** Kong authenticates when both a user and a password are set; the user is {@code kong} unless set otherwise. */
    Optional<Credentials> ofKongConf(KongConf conf, Optional<Path> file) {
        Optional<Setting> username = conf.find("cassandra_username");
        Optional<Secret> password =
                given(file).or(() -> conf.find("cassandra_password").flatMap(this::usable));
        if (password.isEmpty()) {
            username.ifPresent(user -> warnings.accept(user.label()
                    + " without cassandra_password: as Kong does, connecting without a password; if Cassandra asks for one, use "
                    + remedy(side)));
        }
        return password.map(
                secret -> new Credentials(username.map(Setting::value).orElse(KONG_DEFAULT_USER), secret));
    }

    /** A URI that names a user needs a password. Nobody is asked for it while there are problems anyway. */
    Optional<Credentials> ofUri(String shown, Optional<String> username, Optional<Path> file, PasswordPrompt prompt) {
        Optional<Secret> password = given(file);
        if (username.isEmpty()) {
            if (password.isPresent()) {
                problems.add(shown + ": there is a password ("
                        + (file.isPresent() ? side.option() + "-password-file" : side.passwordVariable())
                        + ") but no user: add username=USER to the URI");
            }
            return Optional.empty();
        }
        if (password.isEmpty() && problems.isEmpty()) {
            password = prompt.ask("Password of " + username.get() + " at the " + side.noun() + " (" + shown + "): ")
                    .filter(text -> !text.isEmpty())
                    .map(Secret::new);
            if (password.isEmpty()) {
                problems.add(shown + ": no password for user '" + username.get() + "': use " + remedy(side));
            }
        }
        return password.map(secret -> new Credentials(username.get(), secret));
    }

    private Optional<Secret> given(Optional<Path> file) {
        return file.isPresent() ? file.flatMap(this::firstLine) : variable(side.passwordVariable());
    }

    private Optional<Secret> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(text -> !text.isEmpty())
                .map(Secret::new);
    }

    private Optional<Secret> usable(Setting password) {
        if (password.isVaultReference()) {
            problems.add(password.label() + " is a vault reference that only Kong can resolve: use " + remedy(side));
            return Optional.empty();
        }
        return Optional.of(new Secret(password.value()));
    }

    private Optional<Secret> firstLine(Path file) {
        String option = side.option() + "-password-file " + file;
        try {
            Optional<Secret> password = Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .filter(line -> !line.isEmpty())
                    .map(Secret::new);
            if (password.isEmpty()) {
                problems.add(option + ": the first line is empty; it must be the password");
            }
            warnIfOthersRead(file);
            return password;
        } catch (IOException e) {
            problems.add(option + ": cannot be read (" + Reasons.of(e) + ")");
            return Optional.empty();
        }
    }

    private void warnIfOthersRead(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ)) {
                warnings.accept("the password file " + file + " can be read by others ("
                        + PosixFilePermissions.toString(permissions) + "): chmod 600 " + file);
            }
        }
    }
}
