package io.keyferry.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyferry.keyspace.cql.Consistency;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.NodeStatus;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Replication;
import io.keyferry.migrator.SampleKeyspaces;
import io.keyferry.migrator.schema.TargetSession;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SideCheckTest {
    private static TargetSession target;
    private static ReadSession reader;

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    @BeforeAll
    static void open() {
        KeyspaceAddress address = SampleKeyspaces.fresh("looked_at");
        target = SampleKeyspaces.target(address);
        reader = target.reader(Consistency.QUORUM);
    }

    @AfterAll
    static void close() {
        target.close();
    }

    private SideCheck check() {
        return new SideCheck(reader, problems::add, warnings::add);
    }

    private static List<NodeStatus> nodes(int up, int down) {
        List<NodeStatus> nodes = new ArrayList<>();
        for (int i = 0; i < up + down; i++) {
            nodes.add(new NodeStatus("10.0.0." + i, i < up, Optional.empty()));
        }
        return nodes;
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1, 3, QUORUM, true",
        "1, 2, 3, QUORUM, false",
        "1, 2, 3, ONE, true",
        "2, 1, 3, ALL, false",
        "2, 1, 1, ONE, false",
        "5, 1, 2, QUORUM, false",
        "4, 2, 5, LOCAL_QUORUM, true",
        "0, 3, 3, ONE, false",
    })
    void countsReplicasThatAreLeft(int up, int down, int replicas, Consistency level, boolean enough) {
        check().nodes(nodes(up, down), Optional.of(new Replication.Simple(replicas)), List.of(level));

        assertThat(problems.isEmpty()).isEqualTo(enough);
        assertThat(enough ? warnings : problems)
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .contains(down + " of " + (up + down) + " nodes of the target do not answer", level.name()));
    }

    @Test
    void saysNothingOfNodesThatAreUp() {
        check().nodes(nodes(3, 0), Optional.of(new Replication.Simple(3)), List.of(Consistency.ALL));
        check().cluster();
        check().permissions(reader.schema());
        assertThat(problems).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void comparesOurClockWithThatOfARealNode() {
        SideCheck check = check();
        check.clocks(check.askNodes(Clock.systemUTC()));
        assertThat(problems).isEmpty();

        check.clocks(check.askNodes(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(30))));
        assertThat(problems)
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .contains("our clock and those of the target differ")
                        .containsPattern("by (29|30)\\.[0-9] s ahead")
                        .contains("Set the clocks"));

        check.clocks(check.askNodes(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-3))));
        assertThat(problems).hasSize(1);
        assertThat(warnings)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("differ a little").contains("s behind"));
    }

    @Test
    void asksForRoom(@TempDir Path directory) {
        new DiskSpace(directory).check(1_000, problems::add, warnings::add);
        assertThat(problems).isEmpty();

        new DiskSpace(directory).check(1L << 60, problems::add, warnings::add);
        assertThat(problems)
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .contains(directory.toString(), "has room for", "name another directory with --work-dir"));
    }

    @Test
    void knowsHowMuchOneWriteMayHold() {
        // The nodes of tests have segments of 8 MB in their commit log, and take half of one.
        assertThat(reader.largestMutation()).isEqualTo(4L << 20);
    }
}
