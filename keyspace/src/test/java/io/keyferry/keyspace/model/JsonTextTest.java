package io.keyferry.keyspace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class JsonTextTest {
    @Test
    void readsWhatItPrints() throws IOException {
        String text = "{\"a\":[1,\"x\",null,true],\"b\":{}}";
        assertThat(JsonText.print(JsonText.parse(text))).isEqualTo(text);
    }

    @Test
    void saysWhereATextIsNoJsonAndDoesNotQuoteIt() {
        assertThatThrownBy(() -> JsonText.parse("{\"password\": hunter2}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not JSON from character")
                .hasMessageNotContaining("hunter2");
    }

    /** The parser does not say where it came to its bounds. */
    @Test
    void refusesWhatIsNestedTooDeeply() {
        assertThatThrownBy(() -> JsonText.parse("[".repeat(JsonText.MAXIMUM_DEPTH + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nested too deeply");
    }
}
