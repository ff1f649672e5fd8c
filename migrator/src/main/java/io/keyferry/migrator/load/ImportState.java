package io.keyferry.migrator.load;

import java.util.Map;

/**
 * How far an import is: of the first entities of the document, in its order, all rows are acknowledged. Immutable.
 *
 * @param entities how many
 * @param written of these, by type
 * @param excluded of these, by type and reason
 * @param bytes of values written for these
 */
public record ImportState(
        long entities, Map<String, Long> written, Map<String, Map<String, Long>> excluded, long bytes) {
    /** Nothing was done yet. */
    public static final ImportState NOTHING = new ImportState(0, Map.of(), Map.of(), 0);
}
