package io.keyferry.keyspace.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.keyferry.keyspace.ScratchKeyspace;
import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.PreparedSelect;
import io.keyferry.keyspace.cql.Select;
import io.keyferry.keyspace.listen.Step;
import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.model.Entity;
import io.keyferry.keyspace.problem.KeyferryException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of all sizes are read whole, each row once, however they are sliced. */
final class TableScanTest {
    private static final long SEED = 20_260_802L;
    private static final int MANY = 30_000;
    private static final Percentage ROUGHLY = Percentage.withPercentage(15);

    private static ScratchKeyspace keyspace;

    /** Tables by token with 0, 1, 7 and 30,000 rows, and tables of one partition with as many. */
    @BeforeAll
    static void fill() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        keyspace = new ScratchKeyspace(
                Catalog.forVersion(KongVersion.parse("2.8.5")),
                List.of(
                        "upstreams",
                        "targets",
                        "acls",
                        "consumers",
                        "ca_certificates",
                        "certificates",
                        "snis",
                        "services",
                        "routes",
                        "plugins",
                        "keyauth_credentials"));
        insert("targets", ids(random, 1));
        insert("acls", ids(random, 7));
        insert("consumers", ids(random, MANY));
        insert("certificates", ids(random, 1));
        insert("snis", ids(random, 7));
        insert("services", ids(random, MANY));
    }

    @AfterAll
    static void drop() {
        keyspace.close();
    }

    /** Half of version 4, half of version 5, as Kong makes them. */
    private static List<UUID> ids(Random random, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ofVersion(4 + i % 2, random))
                .toList();
    }

    private static UUID ofVersion(int version, Random random) {
        return new UUID(
                (random.nextLong() & ~0xf000L) | ((long) version << 12),
                (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
    }

    private static void insert(String table, List<UUID> ids) {
        boolean onePartition = keyspace.type(table).table().onePartition();
        PreparedStatement insert = keyspace.session()
                .prepare("INSERT INTO " + keyspace.table(table) + (onePartition ? " (partition, id)" : " (id)")
                        + (onePartition ? " VALUES ('" + table + "', ?)" : " VALUES (?)"));
        List<Statement<?>> batches = new ArrayList<>();
        for (int i = 0; i < ids.size(); i += 50) {
            batches.add(BatchStatement.newInstance(DefaultBatchType.UNLOGGED)
                    .addAll(ids.subList(i, Math.min(i + 50, ids.size())).stream()
                            .map(insert::bind)
                            .toList()));
        }
        keyspace.executeAll(batches);
    }

    private static List<String> read(TableScan scan, List<Slice> slices) {
        List<String> ids = new ArrayList<>();
        for (Slice slice : slices) {
            scan.read(
                    slice,
                    Step.EXPORT,
                    TransferListener.NONE,
                    entity -> ids.add(entity.key().id()));
        }
        return ids;
    }

    private static List<String> readAll(TableScan scan) {
        List<String> ids = new ArrayList<>();
        scan.readAll(
                Step.EXPORT,
                TransferListener.NONE,
                entity -> ids.add(entity.key().id()));
        return ids;
    }

    @ParameterizedTest
    @CsvSource({
        "upstreams, 0, 1000",
        "targets, 1, 1000",
        "acls, 7, 1000",
        "acls, 7, 1",
        "consumers, 30000, 1000",
        "consumers, 30000, 100000",
        "ca_certificates, 0, 1000",
        "certificates, 1, 1",
        "snis, 7, 1000",
        "snis, 7, 1",
        "services, 30000, 1000",
        "services, 30000, 100000",
    })
    void theSlicesOfATableHoldEachOfItsRowsOnce(String table, int rows, int rowsPerSlice) {
        TableScan scan = keyspace.scan(table);
        SlicePlan plan = scan.plan(rowsPerSlice);
        List<String> ids = read(scan, plan.slices());

        assertThat(ids).hasSize(rows).doesNotHaveDuplicates();
        assertThat(ids).as("in the table's own order").isEqualTo(readAll(scan));
        assertThat(plan.estimatedRows()).isCloseTo(rows, ROUGHLY);
        if (rows == MANY && rowsPerSlice == 1_000) {
            assertThat(plan.slices()).hasSizeBetween(25, 36);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumers", "services"})
    void slicesAreAboutEqual(String table) {
        TableScan scan = keyspace.scan(table);
        List<Slice> slices = scan.plan(2_000).slices();

        assertThat(slices)
                .allSatisfy(
                        slice -> assertThat(read(scan, List.of(slice)).size()).isLessThan(3_000));
    }

    @Test
    void idsOfAllVersionsAndThoseAtBoundsAreReadOnce() {
        Random random = new Random(SEED);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            ids.add(ofVersion(List.of(1, 4, 5).get(i % 3), random));
        }
        ids.add(new UUID(0, 0));
        ids.add(new UUID(-1, -1));
        keyspace.scan("services").plan(1_000).slices().forEach(slice -> {
            if (slice instanceof Slice.Ids bounded && bounded.before() != null) {
                ids.add(bounded.before());
            }
        });
        insert("routes", ids);
        List<UUID> bounds = new ArrayList<>(ids.subList(0, 50));
        bounds.addAll(ids.subList(ids.size() - 5, ids.size()));
        bounds.sort(UuidOrder.INSTANCE);
        TableScan scan = keyspace.scan("routes");

        List<String> all = readAll(scan);
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(UUID::toString).toList());
        assertThat(read(scan, SlicePlan.ofIds(bounds, 0).slices())).isEqualTo(all);
        assertThat(read(scan, scan.plan(100).slices())).isEqualTo(all);
    }

    @Test
    void idsAreOrderedAsCassandraOrdersThem() {
        keyspace.session().execute("TRUNCATE " + keyspace.table("ca_certificates"));
        Random random = new Random(SEED);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            ids.add(id);
            if (i % 5 == 0) {
                ids.add(new UUID(id.getMostSignificantBits(), ~id.getLeastSignificantBits()));
            }
        }
        Collections.shuffle(ids, random);
        insert("ca_certificates", ids);
        List<String> ordered = readAll(keyspace.scan("ca_certificates"));
        keyspace.session().execute("TRUNCATE " + keyspace.table("ca_certificates"));

        assertThat(ordered)
                .isEqualTo(ids.stream()
                        .sorted(UuidOrder.INSTANCE)
                        .map(UUID::toString)
                        .toList());
    }

    @Test
    void pagesShrinkWhenRowsAreLarge() throws Exception {
        String config = "{\"functions\": [\"" + "x".repeat(400 << 10) + "\"]}";
        PreparedStatement insert = keyspace.session()
                .prepare("INSERT INTO " + keyspace.table("plugins")
                        + " (id, name, config) VALUES (?, 'pre-function', ?)");
        List<Statement<?>> rows = new ArrayList<>();
        Random random = new Random(SEED);
        int count = 125;
        for (int i = 0; i < count; i++) {
            rows.add(insert.bind(ofVersion(4, random), config));
        }
        for (int i = 0; i < count; i += 10) {
            keyspace.executeAll(rows.subList(i, Math.min(i + 10, count)));
        }
        List<Integer> pages = new ArrayList<>();
        List<UUID> ids = new ArrayList<>();
        PreparedSelect select = keyspace.reader().prepare(Select.of("plugins", List.of("id", "config")));
        new PagedRows(
                        (size, state) -> {
                            pages.add(size);
                            return keyspace.reader().execute(select, List.of(), size, state);
                        },
                        Step.EXPORT,
                        TransferListener.NONE)
                .forEach(row -> ids.add(row.getUuid(0)));
        keyspace.session().execute("TRUNCATE " + keyspace.table("plugins"));

        assertThat(ids).hasSize(count).doesNotHaveDuplicates();
        assertThat(pages.get(0) * config.length()).as("bytes of the first page").isLessThan(8 << 20);
        assertThat(pages.subList(1, pages.size()))
                .allSatisfy(size -> assertThat(size).isEqualTo(2));
    }

    @Test
    void aTimeToLiveCountsFromWhenTheRowCameHoweverLateItIsTaken() {
        PreparedStatement insert = keyspace.session()
                .prepare("INSERT INTO " + keyspace.table("keyauth_credentials")
                        + " (id, key) VALUES (?, ?) USING TTL 1000");
        Random random = new Random(SEED);
        keyspace.executeAll(List.of(BatchStatement.newInstance(DefaultBatchType.UNLOGGED)
                .addAll(IntStream.range(0, 3)
                        .mapToObj(i -> insert.bind(ofVersion(4, random), "key " + i))
                        .toList())));
        List<Long> expiries = new ArrayList<>();
        keyspace.scan("keyauth_credentials").readAll(Step.EXPORT, TransferListener.NONE, entity -> {
            expiries.add(entity.expiresAt().orElseThrow());
            TimeUnit.SECONDS.sleep(1);
        });
        assertThat(expiries).hasSize(3).containsOnly(expiries.get(0));
    }

    @Test
    void pagesGrowWhenRowsAreSmall() throws Exception {
        List<Integer> pages = new ArrayList<>();
        PreparedSelect select = keyspace.reader().prepare(Select.of("consumers", List.of("id")));
        new PagedRows(
                        (size, state) -> {
                            pages.add(size);
                            return keyspace.reader().execute(select, List.of(), size, state);
                        },
                        Step.EXPORT,
                        TransferListener.NONE)
                .forEach(row -> {});

        assertThat(pages.subList(1, pages.size()))
                .allSatisfy(size -> assertThat(size).isEqualTo(PageSize.LARGEST));
    }

    @Test
    void aSliceBeginsWithThePageSizeThatEarlierSlicesFoundGood() throws Exception {
        List<Integer> pages = new ArrayList<>();
        PreparedSelect select = keyspace.reader().prepare(Select.of("consumers", List.of("id")));
        PageSize known = new PageSize(700);
        for (int slice = 0; slice < 2; slice++) {
            pages.clear();
            new PagedRows(
                            (size, state) -> {
                                pages.add(size);
                                return keyspace.reader().execute(select, List.of(), size, state);
                            },
                            Step.EXPORT,
                            TransferListener.NONE,
                            known)
                    .forEach(row -> {});
        }

        assertThat(pages).isNotEmpty().allSatisfy(size -> assertThat(size).isEqualTo(700));
    }

    @Test
    void aPageThatFailsForGoodIsNotAskedForAgain() {
        List<Integer> pages = new ArrayList<>();
        assertThatThrownBy(() -> new PagedRows(
                                (size, state) -> {
                                    pages.add(size);
                                    return CompletableFuture.<AsyncResultSet>failedFuture(
                                            new IllegalArgumentException("no"));
                                },
                                Step.EXPORT,
                                TransferListener.NONE)
                        .forEach(row -> {}))
                .hasRootCauseMessage("no");
        assertThat(pages).hasSize(1);
    }

    @Test
    void findsAnEntityByItsKey() {
        for (String table : List.of("consumers", "services")) {
            TableScan scan = keyspace.scan(table);
            Entity first = firstOf(scan);
            assertThat(scan.find(first.key().id())).contains(first);
            assertThat(scan.find(UUID.randomUUID().toString())).isEmpty();
        }
    }

    private static Entity firstOf(TableScan scan) {
        List<Entity> first = new ArrayList<>();
        for (Slice slice : scan.plan(MANY / 20).slices().subList(0, 2)) {
            scan.read(slice, Step.VERIFY, TransferListener.NONE, first::add);
        }
        return first.get(0);
    }

    @Test
    void tellsWhenARowWasWrittenLast() {
        UUID id = UUID.randomUUID();
        String table = keyspace.table("upstreams");
        keyspace.session().execute("INSERT INTO " + table + " (id, name) VALUES (?, 'a') USING TIMESTAMP 1000", id);
        keyspace.session().execute("UPDATE " + table + " USING TIMESTAMP 5000 SET algorithm = 'b' WHERE id = ?", id);
        TableScan scan = keyspace.scan("upstreams");

        assertThat(scan.lastWrite(id.toString())).hasValue(5_000);
        assertThat(scan.lastWrite(UUID.randomUUID().toString())).isEmpty();
        keyspace.session().execute("TRUNCATE " + table);
    }

    @Test
    void whatTheConsumerThrowsIsNamed() {
        TableScan scan = keyspace.scan("acls");
        assertThatThrownBy(() -> scan.readAll(Step.EXPORT, TransferListener.NONE, entity -> {
                    throw KeyferryException.refused("as it is");
                }))
                .isInstanceOf(KeyferryException.class)
                .hasMessage("as it is");
        assertThatThrownBy(() -> scan.readAll(Step.EXPORT, TransferListener.NONE, entity -> {
                    throw new IllegalStateException("odd");
                }))
                .isInstanceOf(KeyferryException.class)
                .hasMessageContainingAll("table acls", "odd");
    }
}
