package io.keyferry.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static final long PLENTY = 1L << 40;
    private static final List<String> ADDRESSES = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private static final CassandraSettings THREE = CassandraSettings.defaults().withNodes(3);

    @Test
    void hasNothingAgainstAMachineThatSuffices() {
        assertThat(new Machine(17, PLENTY, PLENTY, (address, port) -> true).problems(THREE, ADDRESSES))
                .isEmpty();
    }

    @Test
    void tellsAllThatIsMissingAtOnceEachWithItsRemedy() {
        CassandraSettings settings = THREE.withNativePort(9042).withStoragePort(7000);
        Machine poor = new Machine(25, 1 << 20, 2 << 20, (address, port) -> !address.equals("127.0.0.2"));
        assertThat(poor.problems(settings, ADDRESSES))
                .satisfiesExactly(
                        java -> assertThat(java).contains("and that is 25", "set JAVA_HOME"),
                        memory -> assertThat(memory).contains("1368 MB of memory, 1 MB are available", "smaller heap"),
                        disk -> assertThat(disk).contains("768 MB of disk, 2 MB are free", "make room"),
                        port -> assertThat(port).contains("client port 9042 on 127.0.0.2 is in use"),
                        port -> assertThat(port).contains("storage port 7000 on 127.0.0.2 is in use"));
    }
}
