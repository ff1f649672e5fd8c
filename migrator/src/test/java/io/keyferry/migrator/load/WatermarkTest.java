package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class WatermarkTest {
    private final Watermark watermark = new Watermark(ImportState.NOTHING);

    private Watermark.Receipt sent(String type, int rows) {
        Watermark.Receipt receipt = watermark.next(type);
        for (int i = 0; i < rows; i++) {
            receipt.sent(10);
        }
        receipt.arrived();
        return receipt;
    }

    @Test
    void risesOnlyOverEntitiesOfWhichAllRowsAreAcknowledged() {
        Watermark.Receipt first = sent("routes", 2);
        Watermark.Receipt second = sent("routes", 1);
        assertThat(watermark.advance()).isZero();

        second.arrived();
        first.arrived();
        assertThat(watermark.advance())
                .as("one row of the first is still on its way")
                .isZero();

        first.arrived();
        assertThat(watermark.advance()).isEqualTo(2);
        assertThat(watermark.state()).isEqualTo(new ImportState(2, Map.of("routes", 2L), Map.of(), 30));
    }

    @Test
    void anEntityWhoseSenderIsNotDoneIsNotPassed() {
        Watermark.Receipt receipt = watermark.next("consumers");
        receipt.sent(1);
        receipt.arrived();
        assertThat(watermark.advance()).isZero();
        receipt.arrived();
        assertThat(watermark.advance()).isEqualTo(1);
    }

    @Test
    void countsWhatIsLeftOutOnlyWhenItIsPassed() {
        Watermark.Receipt first = sent("targets", 1);
        Watermark.Receipt second = watermark.next("targets");
        second.exclude("expired");
        second.arrived();
        watermark.advance();
        assertThat(watermark.state()).isEqualTo(ImportState.NOTHING);

        first.arrived();
        watermark.advance();
        assertThat(watermark.state())
                .isEqualTo(new ImportState(2, Map.of("targets", 1L), Map.of("targets", Map.of("expired", 1L)), 10));
    }

    @Test
    void goesOnFromAnEarlierState() {
        ImportState earlier = new ImportState(7, Map.of("routes", 6L), Map.of("routes", Map.of("expired", 1L)), 60);
        Watermark resumed = new Watermark(earlier);
        Watermark.Receipt next = resumed.next("routes");
        next.sent(5);
        next.arrived();
        next.arrived();
        assertThat(resumed.advance()).isEqualTo(8);
        assertThat(resumed.state())
                .isEqualTo(new ImportState(8, Map.of("routes", 7L), Map.of("routes", Map.of("expired", 1L)), 65));
    }
}
