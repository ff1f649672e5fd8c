package io.keyferry.packaging;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A completion function of zsh, with the description of each command and option; picocli itself makes bash's alone.
 * Immutable.
 */
final class ZshCompletion {
    private final CommandLine commandLine;

    ZshCompletion(CommandLine commandLine) {
        this.commandLine = requireNonNull(commandLine, "commandLine is null");
    }

    String script() {
        String name = commandLine.getCommandName();
        Map<String, CommandLine> commands = commandLine.getSubcommands();
        StringBuilder script = new StringBuilder();
        script.append("#compdef ").append(name).append("\n\n_").append(name).append("() {\n");
        script.append("  local curcontext=\"$curcontext\" state line\n  typeset -A opt_args\n");
        script.append("  _arguments -C '(-h --help)'{-h,--help}'[Show this help message and exit.]' ")
                .append("'(-V --version)'{-V,--version}'[Print version information and exit.]' ")
                .append("'1: :->command' '*:: :->arguments'\n");
        script.append("  case $state in\n    command)\n      local -a commands=(\n");
        commands.forEach((command, line) -> {
            if (!line.getCommandSpec().usageMessage().hidden()) {
                script.append("        ")
                        .append(quoted(command + ":" + summary(line.getCommandSpec())))
                        .append('\n');
            }
        });
        script.append("      )\n      _describe -t commands 'command' commands\n      ;;\n");
        script.append("    arguments)\n      case $line[1] in\n");
        commands.forEach((command, line) -> {
            if (!line.getCommandSpec().usageMessage().hidden()) {
                script.append("        ").append(command).append(")\n          _arguments");
                script.append(arguments(line.getCommandSpec()));
                script.append("\n          ;;\n");
            }
        });
        script.append("      esac\n      ;;\n  esac\n}\n\n_").append(name).append(" \"$@\"\n");
        return script.toString();
    }

    private static String arguments(CommandSpec command) {
        String options = command.options().stream()
                .filter(option -> !option.hidden())
                .map(ZshCompletion::argument)
                .map(argument -> " \\\n            " + argument)
                .collect(Collectors.joining());
        if (command.name().equals("help")) {
            return options + " \\\n            '1:command:(" + String.join(" ", names(command.parent())) + ")'";
        }
        return options + " \\\n            '*:file:_files'";
    }

    private static List<String> names(CommandSpec top) {
        return top.subcommands().keySet().stream().sorted().toList();
    }

    /** One option, such as {@code '--from[The old keyspace]:PLACE:_files'}. Repeatable ones are offered again. */
    private static String argument(OptionSpec option) {
        String text = "[" + first(option.description()) + "]" + value(option);
        String repeated = option.isMultiValue() ? "*" : "";
        return option.names().length == 1
                ? quoted(repeated + option.longestName() + text)
                : "'(" + String.join(" ", option.names()) + ")'{" + String.join(",", option.names()) + "}"
                        + quoted(text);
    }

    private static String value(OptionSpec option) {
        if (option.arity().max() == 0) {
            return "";
        }
        String label = option.paramLabel();
        if (option.type().isEnum()) {
            return ":value:("
                    + Arrays.stream(option.type().getEnumConstants())
                            .map(value -> value.toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(" "))
                    + ")";
        }
        if (label.contains("|")) {
            return ":value:(" + label.replace('|', ' ') + ")";
        }
        String name = label.replace(":", " ");
        if (label.equals("DIR")) {
            return ":" + name + ":_files -/";
        }
        boolean file =
                label.equals("FILE") || label.equals("PLACE") || option.type().equals(Path.class);
        return ":" + name + ":" + (file ? "_files" : "");
    }

    private static String summary(CommandSpec command) {
        String[] header = command.usageMessage().header();
        return first(header.length > 0 ? header : command.usageMessage().description());
    }

    /** A description without what zsh would take for an end of it. */
    private static String first(String[] description) {
        return description.length == 0
                ? ""
                : description[0]
                        .replaceAll("\\s*\\(default: [^)]*\\)", "")
                        .replace("[", "(")
                        .replace("]", ")")
                        .replace(":", "\\:")
                        .replace("%n", " ");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
