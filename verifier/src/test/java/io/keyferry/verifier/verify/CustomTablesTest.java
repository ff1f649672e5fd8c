package io.keyferry.verifier.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.read.CustomTables;
import io.keyferry.keyspace.read.CustomTransfer;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.verifier.digest.CustomDigest;
import io.keyferry.verifier.digest.RunKey;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A table of a plugin that nobody knows is held to the same account as Kong's own. */
@Tag("damages")
final class CustomTablesTest {
    private static final int ROWS = 2_500;

    private static TwoKeyspaces keyspaces;

    private final List<Difference> told = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void fill() {
        keyspaces = new TwoKeyspaces(Population.CATALOG, List.of("consumers"));
        keyspaces.both("CREATE TABLE %s.loyalty (id int PRIMARY KEY, name text)");
        for (int i = 0; i < ROWS; i++) {
            keyspaces.both("INSERT INTO %s.loyalty (id, name) VALUES (" + i + ", 'x')");
        }
    }

    @AfterAll
    static void drop() {
        keyspaces.close();
    }

    private CustomVerification.Result verify(boolean blind) {
        return keyspaces.open((source, target) -> {
            List<CustomTransfer> transfers = new CustomTables(
                            source, target.schema(), Selection.DEFAULT, Set.of(), false)
                    .find()
                    .transfers();
            RunKey key = RunKey.random();
            CustomSelfTest selfTest = blind
                    ? new CustomSelfTest(new CustomDigest(key), CustomTablesTest::undamaged)
                    : new CustomSelfTest(new CustomDigest(key));
            return new CustomVerification(
                            source,
                            target,
                            transfers,
                            new Verification.Settings(
                                    2, OptionalLong.empty(), key, Clock.systemUTC(), TransferListener.NONE),
                            selfTest)
                    .run(told::add);
        });
    }

    /** All names are the same, so that a digest which does not see them is as if a damage were undone. */
    private static List<@Nullable ByteBuffer> undamaged(List<@Nullable ByteBuffer> values) {
        assertThat(values).hasSize(1);
        return List.of(ByteBuffer.wrap(new byte[] {'x'}));
    }

    @Test
    void damagedCopiesOfItsRowsAreFoundInEveryRun() {
        CustomVerification.Result result = verify(false);

        assertThat(result.equal()).isTrue();
        assertThat(result.selfTested()).isEqualTo(SelfTest.ROWS);
        TypeVerification.Thoroughness thoroughness = result.tables().get(0).thoroughness();
        assertThat(thoroughness.positions()).isEqualTo(Coverage.ALL);
        assertThat(thoroughness.rawColumns()).containsExactly("name");
        assertThat(thoroughness.rowsAgain()).isZero();
    }

    @Test
    void aDigestThatIsBlindForItsValuesIsFoundByTheSelfTest() {
        assertThatThrownBy(() -> verify(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("self-test did not find a flipped bit of table loyalty");
    }

    @Test
    void everyDifferenceIsToldHoweverMany() {
        keyspaces.target("TRUNCATE %s.loyalty");
        try {
            CustomVerification.Result result = verify(false);

            assertThat(told).hasSize(ROWS).allMatch(difference -> difference.verdict() == Verdict.MISSING);
            assertThat(result.tables().get(0).verdicts()).containsEntry(Verdict.MISSING, (long) ROWS);
            assertThat(requireNonNull(result.tables().get(0)).thoroughness().rowsAgain())
                    .isGreaterThanOrEqualTo(ROWS);
        } finally {
            for (int i = 0; i < ROWS; i++) {
                keyspaces.target("INSERT INTO %s.loyalty (id, name) VALUES (" + i + ", 'x')");
            }
        }
    }
}
