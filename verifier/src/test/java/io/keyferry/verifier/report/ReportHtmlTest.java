package io.keyferry.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportHtmlTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void browserShowsOutcomeCountsDifferencesAndCharts() throws Exception {
        Optional<Path> chromium = chromium();
        assumeTrue(
                chromium.isPresent() || System.getenv("CI") != null,
                "no chromium on the PATH: the page is not looked at in a browser");
        Path page = directory.resolve("report.html");
        try (OutputStream out = Files.newOutputStream(page)) {
            ReportHtml.write(different(), out);
        }

        String dom = rendered(chromium.orElseThrow(), page);

        assertThat(dom)
                .contains("<h1>different</h1>", "1,234", "routes", "What is not as it should be")
                .contains("<b>1,230</b><span>matched</span>", "<a href=\"#ledger\">Ledger</a>")
                .contains("[\"/a\"]", "<td class=\"value target\">null</td>", Reports.ID)
                .as("the library has given both charts a size, so its script ran")
                .containsPattern("<canvas id=\"chart-steps\"[^>]* style=\"[^\"]*width: \\d{3}")
                .containsPattern("<canvas id=\"chart-timeline\"[^>]* style=\"[^\"]*width: \\d{3}");
    }

    @Test
    void pageNeedsNoNetwork() throws IOException {
        assertThat(page(different()))
                .doesNotContainPattern("(?i)<(link|img|iframe)\\b")
                .doesNotContainPattern("(?i)<script[^>]+src=")
                .doesNotContain("sourceMappingURL");
    }

    @Test
    void textOfReportCannotBecomeMarkup() throws IOException {
        ObjectNode report = different();
        report.put("error", "</script><img src=x onerror=alert(1)>");
        report.putArray("warnings").add("<b>bold</b>");
        report.putArray("steps").addObject().put("name", "</script><b>").put("seconds", 1);

        assertThat(page(report))
                .doesNotContain("<img src=x", "<b>bold", "</script><b>")
                .contains("&lt;b&gt;bold&lt;/b&gt;");
    }

    @Test
    void sectionsWithoutContentAreLeftOut() throws IOException {
        String page = page((ObjectNode) JSON.readTree(bytes(Reports.refused())));

        assertThat(page).contains("<h1>refused</h1>", "the target holds entities");
        assertThat(page).doesNotContain("id=\"differences\"", "id=\"entities\"", "id=\"strength\"");
    }

    @Test
    void saysHowStrongTheVerdictIs() throws IOException {
        assertThat(page(different()))
                .contains(
                        "<dt>Self-test</dt><dd>64 copies of rows were damaged in memory, 64 of them were found</dd>",
                        "<dt>Read again</dt><dd>345 rows of 2 buckets that differed</dd>",
                        "<tr><td>routes</td><td>16</td><td>2</td><td>paths</td>"
                                + "<td>name (stands behind the workspace&#39;s id)</td></tr>");
    }

    private static String page(ObjectNode report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportHtml.write(report, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Report report) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ReportJson.write(report, json);
        return json.toByteArray();
    }

    private static ObjectNode different() throws IOException {
        return (ObjectNode) JSON.readTree(bytes(Reports.different()));
    }

    @Test
    void namesTheSumOfTheFileThatItShows() throws IOException {
        byte[] json = bytes(Reports.different());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportHtml.write(json, out);

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("SHA-256 of report.json", Sha256.hex(json));
    }

    @Test
    void tellsBothLedgersByTable() throws IOException {
        ObjectNode report = different();
        for (String column : List.of("", "id", "ttl")) {
            report.withArray("ledger")
                    .addObject()
                    .put("table", "sessions")
                    .put("column", column)
                    .put("fate", "excluded")
                    .put("why", "users log in again");
        }

        assertThat(page(report))
                .contains("<summary>routes<span class=\"soft\">copied</span></summary>")
                .contains("<td class=\"name\">paths</td><td>copied</td><td class=\"name\">routes.paths</td>")
                .contains("<summary>sessions<span class=\"soft\">excluded: users log in again</span></summary>")
                .contains("<td class=\"name\">id, ttl</td><td>excluded</td><td>users log in again</td>");
    }

    private static Optional<Path> chromium() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private String rendered(Path chromium, Path page) throws IOException, InterruptedException {
        Path dom = directory.resolve("dom.html");
        Process browser = new ProcessBuilder(List.of(
                        chromium.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--virtual-time-budget=5000",
                        "--dump-dom",
                        page.toUri().toString()))
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(browser.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            browser.destroyForcibly();
        }
        return Files.readString(dom);
    }
}
