package io.keyferry.migrator.load;

/**
 * Where an import notes how far it is, so that another can go on from there. What is noted is on disk before the call
 * returns. Calls come from the importing thread.
 */
public interface ImportJournal {
    /** For an import that is begun anew when it is cut short. */
    ImportJournal NONE = new ImportJournal() {
        @Override
        public ImportState earlier() {
            return ImportState.NOTHING;
        }

        @Override
        public void reached(ImportState state) {}
    };

    /** How far an earlier attempt came. */
    ImportState earlier();

    /** All rows of the first entities of the document are acknowledged. */
    void reached(ImportState state);
}
