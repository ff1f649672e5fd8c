package io.keyferry.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ReportSchemaTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static ObjectNode written(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportJson.write(report, out);
        return (ObjectNode) JSON.readTree(out.toByteArray());
    }

    private static List<String> problemsWhen(Consumer<ObjectNode> change) throws IOException {
        ObjectNode report = written(Reports.different());
        change.accept(report);
        return new ReportSchema().problems(report);
    }

    @Test
    void describesEveryMemberThatIsWritten() throws IOException {
        for (Report report : List.of(Reports.different(), Reports.refused())) {
            assertThat(new ReportSchema().problems(written(report))).isEmpty();
            assertThat(new ReportSchema().undescribed(written(report))).isEmpty();
        }
    }

    @Test
    void letsLaterVersionsAddMembers() throws IOException {
        assertThat(problemsWhen(report -> report.put("new", 1))).isEmpty();
        assertThat(new ReportSchema().undescribed(written(Reports.different()).put("new", 1)))
                .as("but whoever adds one describes it")
                .singleElement()
                .asString()
                .contains("'new'");
    }

    @Test
    void namesThePlaceOfWhatIsWrong() throws IOException {
        assertThat(problemsWhen(report -> report.put("outcome", "fine")))
                .singleElement()
                .asString()
                .contains("outcome");
        assertThat(problemsWhen(report -> ((ObjectNode) report.at("/entities/routes")).put("matched", -1)))
                .singleElement()
                .asString()
                .contains("/entities/routes/matched");
        assertThat(problemsWhen(report -> ((ObjectNode) report.at("/entities/routes/digest")).put("target", "cc")))
                .singleElement()
                .asString()
                .contains("/digest/target");
        assertThat(problemsWhen(report -> report.remove("ledger")))
                .singleElement()
                .asString()
                .contains("ledger");
        assertThat(problemsWhen(report -> report.put("schema", "keyferry.report/2")))
                .singleElement()
                .asString()
                .contains("schema");
    }
}
