package io.keyferry.keyspace.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldValidatorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000-0000-0000-0000-000000000000",
                "0123abcd-ABCD-ef99-8000-ffffffffffff",
                "7c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9c8",
            })
    void takesHexadecimalDigitsInEightFourFourFourTwelve(String uuid) {
        assertThat(FieldValidator.isUuid(uuid)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7c5ba6a3",
                "7c5ba6a36f454b0a9d7eb4d2f1f3a9c8",
                "7c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9c",
                "7c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9c88",
                "7c5ba6a3-6f454-b0a-9d7e-b4d2f1f3a9c8",
                "7c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9cg",
                "7c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9c:",
                "7c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9c\u0663",
                "7c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9c\n",
                "{c5ba6a3-6f45-4b0a-9d7e-b4d2f1f3a9c}",
            })
    void refusesEverythingElse(String text) {
        assertThat(FieldValidator.isUuid(text)).isFalse();
    }
}
