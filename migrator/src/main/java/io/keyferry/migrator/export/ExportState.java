package io.keyferry.migrator.export;

import io.keyferry.keyspace.read.SlicePlan;
import io.keyferry.keyspace.upgrade.UpgradeLog;
import java.util.Map;

/**
 * How far an export came that was ended before its time. Immutable.
 *
 * @param slices of each type; empty when it had not cut its tables yet
 * @param parts how many parts are in the file, from the first on
 * @param bytes how much of the file they are
 * @param counts of these parts, by type
 * @param log what the upgrade rules did in these parts
 * @param whole whether all of the file was written, though it may not have its name yet
 */
public record ExportState(
        Map<String, SlicePlan> slices,
        int parts,
        long bytes,
        Map<String, TypeCount> counts,
        UpgradeLog.Noted log,
        boolean whole) {
    /** Nothing was done yet. */
    public static final ExportState NOTHING =
            new ExportState(Map.of(), 0, 0, Map.of(), UpgradeLog.Noted.NOTHING, false);
}
