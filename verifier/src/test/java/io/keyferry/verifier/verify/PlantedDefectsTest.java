package io.keyferry.verifier.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.EntityType;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.keyspace.read.Selection;
import io.keyferry.keyspace.read.StoredRow;
import io.keyferry.keyspace.upgrade.Upgrade;
import io.keyferry.verifier.Entities;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.digest.WorkspaceNaming;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verifier with a defect gives no verdict: each of these is planted, and ends the run as the defect that it is. */
final class PlantedDefectsTest {
    private static final int ROWS = 200;
    private static final Value CREATED = Value.whole(1_600_000_000);

    @TempDir
    private Path scratch;

    private ComparedSide side;
    private final List<Difference> told = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        DocumentSide rows = new DocumentSide(Entities.CATALOG, Optional.empty(), scratch);
        EntityType consumers = Entities.type("consumers");
        for (int i = 0; i < ROWS; i++) {
            rows.add(Entity.builder(consumers)
                    .put("id", Value.text(new UUID(0x4000L, Long.MIN_VALUE | i).toString()))
                    .put("username", Value.text("consumer-" + i))
                    .put("created_at", CREATED)
                    .build());
        }
        rows.seal();
        side = rows;
    }

    private static Verification.Settings settings() {
        return new Verification.Settings(
                2, OptionalLong.empty(), RunKey.random(), Clock.systemUTC(), TransferListener.NONE);
    }

    private VerificationResult verify(ComparedSide source, ComparedSide target, SelfTest selfTest) {
        return new Verification(
                        source,
                        target,
                        new Upgrade(Entities.CATALOG, Entities.CATALOG, Set.of()),
                        Selection.DEFAULT,
                        settings(),
                        selfTest)
                .run(told::add);
    }

    private void endsAsADefect(ComparedSide source, ComparedSide target, SelfTest selfTest, String... said) {
        assertThatThrownBy(() -> verify(source, target, selfTest))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(said);
    }

    @Test
    void withoutADefectThereIsAVerdictAndASelfTest() {
        VerificationResult result = verify(side, side, new SelfTest());

        assertThat(result.equal()).isTrue();
        assertThat(result.proof().selfTested()).isEqualTo(SelfTest.ROWS);
        assertThat(told).isEmpty();
    }

    @Test
    void aDigestThatIsBlindForAFieldIsFoundByTheSelfTest() {
        SelfTest blind = new SelfTest(entity -> entity.toBuilder()
                .put("created_at", CREATED)
                .put(
                        "username",
                        Value.text(
                                "consumer-" + Long.parseLong(entity.key().id().substring(24), 16)))
                .build());

        endsAsADefect(side, side, blind, "self-test did not find", "no verdict of this run can be trusted");
    }

    @Test
    void aRowOfTheSourceThatIsReadTwiceUnbalancesTheBooks() {
        endsAsADefect(
                new Defective(side, Stuttering::new),
                side,
                new SelfTest(),
                "consumers: " + (ROWS + 1) + " rows of the source were read but " + ROWS + " are accounted for");
    }

    @Test
    void aRowOfTheTargetThatIsReadTwiceUnbalancesTheBooks() {
        endsAsADefect(
                side,
                new Defective(side, Stuttering::new),
                new SelfTest(),
                "consumers: " + (ROWS + 1) + " rows of the target were read but " + ROWS + " are accounted for");
    }

    @Test
    void aVerdictThatIsLostUnbalancesTheBooks() {
        EntityType consumers = Entities.type("consumers");
        EntityTable table = side.table(consumers).orElseThrow();
        Sides sides =
                new Sides(Optional.of(table), Optional.of(table), UnaryOperator.identity(), Optional.empty(), Set.of());
        RawColumns columns = RawColumns.of(sides);
        TypeReading reading = new TypeReading(Verification.buckets(sides.order(), ROWS));
        TypeVerification type =
                new TypeVerification(consumers, reading, columns, Set.of(), Coverage.of(reading.buckets(), 1));
        new SliceReading(
                        sides,
                        reading,
                        columns,
                        new Digests(settings().key(), naming(), naming()),
                        TransferListener.NONE)
                .read(
                        Positions.ALL,
                        new Upgrade(Entities.CATALOG, Entities.CATALOG, Set.of()),
                        SliceReading.Watcher.NONE);

        for (int bucket = 1; bucket < reading.buckets().count(); bucket++) {
            type.agreed(bucket);
        }

        assertThatThrownBy(type::requireBalance)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("are accounted for");
        type.agreed(0);
        type.requireBalance();
    }

    private static WorkspaceNaming naming() {
        return WorkspaceNaming.ofSource(Optional.empty());
    }

    /** A side whose tables have a defect. */
    private record Defective(ComparedSide side, UnaryOperator<EntityTable> defect) implements ComparedSide {
        @Override
        public Catalog catalog() {
            return side.catalog();
        }

        @Override
        public Optional<UUID> defaultWorkspace() {
            return side.defaultWorkspace();
        }

        @Override
        public boolean adoptsWhatHasNoWorkspace() {
            return side.adoptsWhatHasNoWorkspace();
        }

        @Override
        public Optional<EntityTable> table(EntityType type) {
            return side.table(type).map(defect);
        }

        @Override
        public Set<String> untold(String type) {
            return side.untold(type);
        }

        @Override
        public Optional<KongKeyspace> keyspace() {
            return side.keyspace();
        }
    }

    /** Gives the row with the lowest position twice, as slices that overlap would. */
    private record Stuttering(EntityTable table) implements EntityTable {
        @Override
        public EntityType type() {
            return table.type();
        }

        @Override
        public long estimatedRows() {
            return table.estimatedRows();
        }

        @Override
        public Map<String, String> columnTypes() {
            return table.columnTypes();
        }

        @Override
        public OptionalInt columnIndex(String column) {
            return table.columnIndex(column);
        }

        @Override
        public void read(Positions positions, TransferListener listener, RowConsumer consumer) {
            boolean[] first = {positions.from() == 0};
            table.read(positions, listener, row -> {
                consumer.accept(row);
                if (first[0]) {
                    first[0] = false;
                    consumer.accept(row);
                }
            });
        }

        @Override
        public Optional<StoredRow> find(String id) {
            return table.find(id);
        }

        @Override
        public OptionalLong lastWrite(String id) {
            return table.lastWrite(id);
        }

        @Override
        public EntityTable otherwise(int pageRows) {
            return this;
        }
    }
}
