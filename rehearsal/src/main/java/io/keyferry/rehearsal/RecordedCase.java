package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One thing that real Kong was seen to do, as a directory. Immutable. */
public sealed interface RecordedCase {
    /** The directory's path below the one that was searched, with slashes; tells cases apart. */
    String name();

    Path directory();

    /** The version of Kong that did it; of the newer one where there are two. */
    String version();

    /**
     * Kong's own upgrade in place: what a migrated keyspace should hold.
     *
     * @param label what the directory's name says after the versions
     */
    record Migration(String name, Path directory, String from, String to, Optional<String> label)
            implements RecordedCase {
        public Migration {
            requireAll(name, directory, to);
            requireNonNull(from, "from");
            requireNonNull(label, "label");
        }

        @Override
        public String version() {
            return to;
        }

        /** The keyspace of the old version. */
        public Path before() {
            return directory.resolve("db-before");
        }

        /** The keyspace after {@code migrations finish}. */
        public Path afterFinish() {
            return directory.resolve("db-after-finish");
        }
    }

    /** A document that went in, the keyspace that it made, and the document that came out. */
    record ImportAndExport(String name, Path directory, String version) implements RecordedCase {
        public ImportAndExport {
            requireAll(name, directory, version);
        }

        public Path importFile() {
            return directory.resolve("import.yml");
        }

        public Path database() {
            return directory.resolve("db");
        }

        public Path exportFile() {
            return directory.resolve("export.yml");
        }
    }

    /** A keyspace and the document that Kong made of it. */
    record Export(String name, Path directory, String version) implements RecordedCase {
        public Export {
            requireAll(name, directory, version);
        }

        public Path database() {
            return directory.resolve("db");
        }

        public Path exportFile() {
            return directory.resolve("export.yml");
        }
    }

    /** The keyspace right after {@code migrations bootstrap}. */
    record Bootstrap(String name, Path directory, String version) implements RecordedCase {
        public Bootstrap {
            requireAll(name, directory, version);
        }

        public Path database() {
            return directory;
        }
    }

    /** Broken or odd documents, and what Kong said to each. */
    record BadInputs(String name, Path directory, String version, List<Verdict> verdicts) implements RecordedCase {
        public BadInputs {
            requireAll(name, directory, version);
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * What Kong said to a document.
     *
     * @param file the document; the recordings lack one whose content was empty
     * @param parseCode exit code of {@code kong config parse}
     * @param importCode exit code of {@code kong config db_import}
     * @param output the lines that it printed
     */
    record Verdict(Path file, int parseCode, int importCode, List<String> output) {
        public Verdict {
            requireNonNull(file, "file");
            output = List.copyOf(output);
        }
    }

    private static void requireAll(String name, Path directory, String version) {
        requireNonNull(name, "name");
        requireNonNull(directory, "directory");
        requireNonNull(version, "version");
    }
}
