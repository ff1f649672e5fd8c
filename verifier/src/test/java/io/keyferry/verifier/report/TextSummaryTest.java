package io.keyferry.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextSummaryTest {
    @Test
    void showsWhatMatters() {
        assertThat(TextSummary.of(Reports.different())).isEqualTo("""
            entities  source  excluded  target  matched  different  missing  extra  drifted
            routes     1,234         2   1,233    1,230          1        1      2        0
            total      1,234         2   1,233    1,230          1        1      2        0

            step    entities   MB  seconds  entities/s
            export       100  0.1      3.1          32

            Changed as Kong's own upgrade does it:
              T1  37  entities belong to a workspace, the default one

            different: routes %1$s (r1)
                paths: expected ["/a"], target null

            Self-test: 64 damaged copies of rows, all found. Read again: 345 rows
            Second reading: 2,467 rows, in 0 buckets other than in the first
            Invariants of the target: 0 of 2 hold
            violated: cache_key is made of the row's own values: 1 of 70
                plugins %1$s (acl): it is stale
            violated (as it was): every reference names an entity that is there: 1 of 9
            Warning: look here
            Outcome: different, the target does not hold what it should (12.3 s)
            """.formatted(Reports.ID));
    }

    @Test
    void endsWithTheOutcomeAndLeavesErrorsToStderr() {
        assertThat(TextSummary.of(Reports.refused()))
                .doesNotContain("the target holds entities")
                .endsWith("Outcome: refused, nothing was written to the target (12.3 s)\n");
    }

    @Test
    void doesNotFloodTheTerminal() {
        String text = TextSummary.of(Reports.withDifferences(1_000));

        assertThat(text.lines().count()).isLessThan(60);
        assertThat(text).contains("(route-19)", "... and more").doesNotContain("(route-20)");
    }
}
