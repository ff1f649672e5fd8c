package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private final List<String> told = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Tally tally = new Tally(
            Step.IMPORT,
            new TransferListener() {
                @Override
                public void done(Step step, String type, long entities, long bytes) {
                    told.add(step.label() + " " + type + " " + entities + " of " + bytes + " bytes");
                }

                @Override
                public void excluded(Step step, String type, long entities) {
                    told.add(step.label() + " " + type + " " + entities + " left out");
                }
            },
            bytes::get);

    @Test
    void tellsOfManyAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            bytes.addAndGet(10);
            tally.done("consumers");
        }
        tally.tell();

        assertThat(told).hasSize(5).startsWith("import consumers 200 of 2010 bytes");
    }

    @Test
    void mixesNoTypesAndLosesNothing() {
        bytes.set(7);
        tally.done("consumers");
        tally.excluded("consumers");
        tally.excluded("acls");
        bytes.set(9);
        tally.done("acls");
        tally.tell();
        tally.tell();

        assertThat(told)
                .containsExactly(
                        "import consumers 1 of 7 bytes",
                        "import consumers 1 left out",
                        "import acls 1 of 2 bytes",
                        "import acls 1 left out");
    }
}
