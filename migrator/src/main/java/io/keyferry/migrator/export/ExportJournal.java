package io.keyferry.migrator.export;

import io.keyferry.keyspace.document.DocumentFile;
import io.keyferry.keyspace.read.SlicePlan;
import io.keyferry.keyspace.upgrade.UpgradeLog;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where an export notes how far it is, so that another can go on from there. What is noted is on disk before the call
 * returns. Calls come one at a time, from any thread.
 */
public interface ExportJournal {
    /** For an export that is begun anew when it is cut short. */
    ExportJournal NONE = new ExportJournal() {
        @Override
        public ExportState earlier() {
            return ExportState.NOTHING;
        }

        @Override
        public Path temporary(Path file) {
            throw new IllegalStateException("nothing was written before");
        }

        @Override
        public DocumentFile open(Path file, long bytes) {
            return DocumentFile.create(file);
        }

        @Override
        public void sliced(Map<String, SlicePlan> slices) {}

        @Override
        public void done(PartDone part) {}

        @Override
        public void whole(long bytes) {}
    };

    /**
     * A part that is in the file.
     *
     * @param number from 0, in the order of the file
     * @param type whose entities it holds
     * @param bytes the size of the file with it
     */
    record PartDone(int number, String type, TypeCount count, UpgradeLog.Noted log, long bytes) {}

    /** How far an earlier attempt came. */
    ExportState earlier();

    /** Where the file stands until it is whole. */
    Path temporary(Path file);

    /** Opens the file, whose first bytes count. */
    default DocumentFile open(Path file, long bytes) {
        return DocumentFile.resumable(file, temporary(file), bytes);
    }

    /** The tables were cut into these slices; another attempt must take the same. */
    void sliced(Map<String, SlicePlan> slices);

    /** A part is in the file, and all before it. */
    void done(PartDone part);

    /** All of the file is written; only its name is missing. */
    void whole(long bytes);
}
