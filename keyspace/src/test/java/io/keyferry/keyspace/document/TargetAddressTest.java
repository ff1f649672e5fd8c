package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The second form is what Kong stored, where it was recorded. */
final class TargetAddressTest {
    @ParameterizedTest
    @CsvSource({
        "[2001:db8::1]:80, [2001:0db8:0000:0000:0000:0000:0000:0001]:80",
        "[2001:0db8:0000:0000:0000:0000:0000:0001]:80, [2001:0db8:0000:0000:0000:0000:0000:0001]:80",
        "::1, [0000:0000:0000:0000:0000:0000:0000:0001]:8000",
        "[::]:81, [0000:0000:0000:0000:0000:0000:0000:0000]:81",
        "FE80::A:1, [fe80:0000:0000:0000:0000:0000:000a:0001]:8000",
        "1:2:3:4:5:6:7:8, [0001:0002:0003:0004:0005:0006:0007:0008]:8000",
        "10.0.0.1:80, 10.0.0.1:80",
        "10.0.0.1, 10.0.0.1:8000",
        "host.example.test, host.example.test:8000",
        "host.example.test:08080, host.example.test:8080",
        "1:2:3, 1:2:3",
        "1:2:3:4:5:6:7:8:9, 1:2:3:4:5:6:7:8:9",
        "host:port, host:port",
        "[::1]x, [::1]x",
    })
    void isTheFormThatKongStores(String given, String stored) {
        assertThat(TargetAddress.formed(given)).isEqualTo(stored);
        assertThat(TargetAddress.formed(stored)).isEqualTo(stored);
    }
}
