package io.keyferry.verifier.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class RowMacTest {
    private final Random random = new Random(5);

    @Test
    void isWhatJavasOwnHmacSaysOfMessagesOfAnyLength() throws GeneralSecurityException {
        byte[] key = some(RunKey.BYTES);
        Mac javas = Mac.getInstance("HmacSHA256");
        javas.init(new SecretKeySpec(key, "HmacSHA256"));
        RowMac ours = new RowMac(key);
        for (int length = 0; length < 300; length++) {
            Bytes message = new Bytes();
            message.block(ByteBuffer.wrap(some(length)));
            byte[] bytes = Arrays.copyOf(message.array(), message.length());
            assertThat(ours.of(message)).as("%d bytes", length).isEqualTo(javas.doFinal(bytes));
        }
    }

    @Test
    void refusesAKeyThatHadToBeHashedFirst() {
        assertThatThrownBy(() -> new RowMac(new byte[65])).isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] some(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
