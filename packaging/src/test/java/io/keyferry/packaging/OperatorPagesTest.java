package io.keyferry.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.migrator.cli.Main;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages for operators say what the program does. */
class OperatorPagesTest {
    private static final Pattern CODE_IN_HELP = Pattern.compile(" {2}(\\d+) +\\S.*");
    private static final Pattern LINK = Pattern.compile("\\]\\(([a-z-]+\\.md)\\)");

    @Test
    void everyExitCodeOfTheHelpIsExplained() throws IOException {
        String page = SourceFiles.text("docs/exit-codes.md");

        List<String> codes = new ArrayList<>();
        for (String line : Main.commandLine().getCommandSpec().usageMessage().footer()) {
            Matcher matcher = CODE_IN_HELP.matcher(line);
            if (matcher.matches()) {
                codes.add(matcher.group(1));
            }
        }
        assertThat(codes)
                .contains("0", "5", "130")
                .allSatisfy(code -> assertThat(page).contains("\n| " + code + " |"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runbook", "exit-codes", "deployment"})
    void everyCommandThatIsShownIsOneThatKeyferryTakes(String name) throws IOException {
        List<String> commands = SourceFiles.text("docs/" + name + ".md")
                .lines()
                .filter(line -> line.startsWith("keyferry "))
                .toList();

        for (String command : commands) {
            String[] words = command.split(" +", -1);
            assertThat(Commands.areTaken(Arrays.copyOfRange(words, 1, words.length)))
                    .as(command)
                    .isTrue();
        }
        assertThat(commands).hasSizeGreaterThanOrEqualTo(name.equals("deployment") ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README", "runbook", "exit-codes", "deployment", "faq", "troubleshooting"})
    void linksLeadToPagesThatExist(String name) throws IOException {
        Matcher links = LINK.matcher(SourceFiles.text("docs/" + name + ".md"));
        while (links.find()) {
            assertThat(SourceFiles.at("docs/" + links.group(1))).exists();
        }
    }
}
