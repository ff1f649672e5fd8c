package io.keyferry.migrator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyferry.keyspace.listen.TransferListener;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.migrator.SampleKeyspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a document says twice, and what it refers to in vain. */
final class DocumentCheckTest {
    private static final String A = "11111111-0000-4000-8000-000000000001";
    private static final String B = "11111111-0000-4000-8000-000000000002";
    private static final String C = "11111111-0000-4000-8000-000000000003";

    @TempDir
    private Path directory;

    private Import.Checked check(String document) throws IOException {
        Path file = Files.writeString(directory.resolve("kong.yml"), document);
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        try {
            return new Import(
                            file,
                            SampleKeyspaces.NEW,
                            Optional.empty(),
                            new Import.Settings(Set.of(), 1, scratch, Clock.systemUTC(), TransferListener.NONE))
                    .check();
        } finally {
            try (Stream<Path> left = Files.list(scratch)) {
                assertThat(left).isEmpty();
            }
        }
    }

    private void refused(String document, String... parts) {
        assertThatThrownBy(() -> check(document))
                .isInstanceOfSatisfying(
                        KeyferryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("cannot be imported, and nothing was written")
                .hasMessageContainingAll(parts);
    }

    @Test
    void takesWhatIsThereOnceAndRefersToWhatIsThere() throws IOException {
        assertThat(check("""
                        _format_version: "2.1"
                        consumers:
                        - {id: %s, username: jo}
                        - {id: %s, username: mo, custom_id: jo}
                        acls:
                        - {id: %s, consumer: %s, group: gold}
                        - {consumer: mo, group: gold}
                        """.formatted(A, B, C, A)).entities())
                .containsEntry("consumers", 2L)
                .containsEntry("acls", 2L);
    }

    @Test
    void namesTheLinesOfAnIdThatIsThereTwice() {
        refused(
                """
                _format_version: "2.1"
                consumers:
                - {id: %s, username: jo}
                - {id: %s, username: mo}
                - {id: %s, username: lo}
                """.formatted(A, B, A),
                "kong.yml, lines 3, 5: consumers: id stands more than once",
                "Remove or change all but one");
    }

    @Test
    void namesTheLinesOfAUniqueValueThatIsThereTwice() {
        refused("""
                _format_version: "2.1"
                consumers:
                - {id: %s, username: jo}
                - {id: %s, username: jo}
                """.formatted(A, B), "lines 3, 4: consumers: field username stands more than once");
    }

    @Test
    void doesNotShowASecretThatIsThereTwice() {
        assertThatThrownBy(() -> check("""
                        _format_version: "2.1"
                        consumers:
                        - {id: %s, username: jo}
                        keyauth_credentials:
                        - {id: %s, consumer: %s, key: hunter2}
                        - {id: %s, consumer: %s, key: hunter2}
                        """.formatted(A, B, A, C, A)))
                .hasMessageContaining("lines 5, 6: keyauth_credentials: field key stands more than once")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void namesTheLinesOfACombinationThatIsThereTwice() {
        refused(
                """
                _format_version: "2.1"
                consumers:
                - {id: %s, username: jo}
                acls:
                - {id: %s, consumer: %s, group: gold}
                - {id: %s, consumer: jo, group: gold}
                """.formatted(A, B, A, C),
                "lines 5, 6: acls: the combination of consumer, group stands more than once");
    }

    @Test
    void namesThatDifferMakeCombinationsThatDiffer() throws IOException {
        assertThat(check("""
                        _format_version: "2.1"
                        acls:
                        - {consumer: jo, group: gold}
                        - {consumer: mo, group: gold}
                        plugins:
                        - {name: rate-limiting, consumer: jo, config: {minute: 1}}
                        - {name: rate-limiting, consumer: mo, config: {minute: 1}}
                        - {name: rate-limiting, config: {minute: 1}}
                        consumers:
                        - {username: jo}
                        - {username: mo}
                        """).total()).isEqualTo(7);
    }

    @Test
    void namesTheLineOfAReferenceToNothingByIdAndByName() {
        refused(
                """
                _format_version: "2.1"
                consumers:
                - {id: %s, username: jo}
                acls:
                - {id: %s, consumer: %s, group: gold}
                - {id: %s, consumer: nobody, group: gold}
                """.formatted(A, B, C, C),
                "line 5: acls: field consumer refers to nothing: no such entry in consumers",
                "line 6: acls: field consumer refers to nothing",
                "Add the entry, or remove the reference");
    }

    @Test
    void tellsAllProblemsAtOnceButNotWithoutEnd() {
        StringBuilder document = new StringBuilder("_format_version: \"2.1\"\nacls:\n");
        for (int i = 0; i < 300; i++) {
            document.append("- {id: 22222222-0000-4000-8000-%012d, consumer: 33333333-0000-4000-8000-%012d, group: g}\n"
                    .formatted(i, i));
        }
        refused(document.toString(), "refers to nothing", "... and 250 more");
    }
}
