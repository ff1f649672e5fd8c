package io.keyferry.migrator.cli;

import static java.util.Objects.requireNonNull;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.problem.Problems;
import io.keyferry.migrator.run.Manifest;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that are no arguments: {@code KEYFERRY_WORK_DIR} in the environment stands for {@code --work-dir}, and so does
 * {@code work-dir} in the file that {@code --config} names. The environment goes over the file, arguments over both. An
 * empty value is none. One file may serve several commands: each takes what it has an option for. The options of a run
 * that is resumed go over all but arguments. Immutable.
 */
final class Defaults implements IDefaultValueProvider {
    private static final String CONFIG = "--config";
    private static final String WORK_DIR = "--work-dir";

    /** What the options of a run that is resumed are not taken for. */
    private static final Set<String> OF_ONE_ATTEMPT =
            Set.of("--resume", WORK_DIR, CONFIG, "--json", "--quiet", "--log-format");

    /** A value and where it stands. */
    record Setting(String value, String where) {}

    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final String fileName;
    private final Map<String, String> resumed;

    private Defaults(
            Map<String, String> environment, Map<String, String> file, String fileName, Map<String, String> resumed) {
        this.resumed = Map.copyOf(resumed);
        this.environment = Map.copyOf(environment);
        this.file = Map.copyOf(file);
        this.fileName = fileName;
    }

    /**
     * Reads the file that the arguments or the environment name, if any.
     *
     * @param complete makes the command line that knows all options of all commands; only asked where there is a file
     * @throws KeyferryException (USAGE) when the file cannot be read or has keys that are no options
     */
    static Defaults of(Map<String, String> environment, String[] args, Supplier<CommandLine> complete) {
        String named = named(CONFIG, args).orElse(environment.getOrDefault(variable(CONFIG), ""));
        Map<String, String> resumed = resumed(args);
        return named.isEmpty()
                ? new Defaults(environment, Map.of(), "", resumed)
                : new Defaults(environment, read(named, known(complete.get())), named, resumed);
    }

    /** The options that a run was begun with, where the arguments ask to resume it. */
    private static Map<String, String> resumed(String[] args) {
        Optional<String> directory = named(WORK_DIR, args);
        if (directory.isEmpty() || !List.of(args).contains("--resume")) {
            return Map.of();
        }
        Manifest manifest = Manifest.read(Path.of(directory.get()));
        if (!args[0].equals(manifest.command())) {
            return Map.of();
        }
        Map<String, String> options = new HashMap<>(manifest.options());
        options.keySet().removeAll(OF_ONE_ATTEMPT);
        return options;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? find(option).map(Setting::value).orElse(null)
                : resumed.get(argument.paramLabel());
    }

    /** What stands outside the arguments for an option. */
    Optional<Setting> find(OptionSpec option) {
        if (option.usageHelp() || option.versionHelp()) {
            return Optional.empty(); // KEYFERRY_VERSION may well exist, and mean something else.
        }
        if (resumed.containsKey(option.longestName())) {
            return Optional.of(
                    new Setting(requireNonNull(resumed.get(option.longestName())), "from the run's manifest"));
        }
        String variable = variable(option.longestName());
        String key = key(option.longestName());
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isBlank())
                .map(value -> new Setting(value, "from the environment, " + variable))
                .or(() -> Optional.ofNullable(file.get(key))
                        .map(value -> new Setting(value, "from " + fileName + ", key " + key)));
    }

    private static String key(String option) {
        return option.replaceFirst("^-+", "");
    }

    private static String variable(String option) {
        return "KEYFERRY_" + key(option).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** What {@code --option VALUE} or {@code --option=VALUE} names; wanted before arguments are understood. */
    private static Optional<String> named(String option, String[] args) {
        for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
            if (args[i].startsWith(option + "=")) {
                return Optional.of(args[i].substring(option.length() + 1));
            }
            if (args[i].equals(option) && i + 1 < args.length) {
                return Optional.of(args[i + 1]);
            }
        }
        return Optional.empty();
    }

    private static Set<String> known(CommandLine commandLine) {
        return commandLine.getSubcommands().values().stream()
                .flatMap(command -> command.getCommandSpec().options().stream())
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(OptionSpec::longestName)
                .filter(name -> !name.equals(CONFIG))
                .map(Defaults::key)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> read(String name, Set<String> known) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(name), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyferryException(
                    Kind.USAGE,
                    CONFIG + " " + name + " cannot be read ("
                            + (e instanceof NoSuchFileException ? "there is no such file" : e.toString())
                            + "): it is a properties file with one 'option = value'"
                            + " a line, such as 'parallelism = 2'",
                    e);
        }
        Problems problems = new Problems();
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            if (!known.contains(key)) {
                problems.add("'" + key + "' is no option" + hint(key, known));
            }
        }
        problems.throwIfAny(Kind.USAGE, CONFIG + " " + name + " cannot be used:");
        return properties.stringPropertyNames().stream()
                .filter(key -> !properties.getProperty(key).isBlank())
                .collect(Collectors.toMap(
                        key -> key, key -> properties.getProperty(key).strip()));
    }

    private static String hint(String key, Set<String> known) {
        if (key.contains("password")) {
            return ": a password has no place in this file; use from-password-file or to-password-file";
        }
        String bare = key.replaceFirst("^-+", "").replace('_', '-').toLowerCase(Locale.ROOT);
        if (known.contains(bare)) {
            return ": did you mean '" + bare + "'?";
        }
        List<String> near = known.stream()
                .filter(name -> name.startsWith(bare) || bare.startsWith(name))
                .toList();
        return near.isEmpty()
                ? "; options are " + String.join(", ", known)
                : ": did you mean " + near.stream().collect(Collectors.joining("', '", "'", "'")) + "?";
    }

    /** All options of a command that have a value from outside and none among the arguments. */
    static Map<String, String> effective(CommandLine command, Set<OptionSpec> typed) {
        if (!(command.getDefaultValueProvider() instanceof Defaults defaults)) {
            return Map.of();
        }
        return command.getCommandSpec().options().stream()
                .filter(option -> !typed.contains(option))
                .filter(option -> defaults.find(option).isPresent())
                .collect(Collectors.toMap(
                        OptionSpec::longestName,
                        option -> defaults.find(option).orElseThrow().value()));
    }
}
