package io.keyferry.migrator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keyferry.rehearsal.RecordedKeyspace;
import io.keyferry.rehearsal.RecordedRow;
import java.util.List;

/** The table {@code tags} follows from the entities, but Kong lets rows of it outlive them. */
final class Tags {
    private Tags() {}

    /**
     * Where the table may differ.
     *
     * @param kong Kong's keyspace
     * @param ours our keyspace
     */
    static List<Allowance<RowDifference>> allowances(RecordedKeyspace kong, RecordedKeyspace ours, Layout layout) {
        return List.of(
                new Allowance<>(
                        "a stale row of tags: Kong's own entity has no such tag, and we write none",
                        difference -> difference.in("tags")
                                && difference.kind() == RowDifference.Kind.MISSING
                                && !carries(kong, layout, difference)),
                new Allowance<>(
                        "a row of tags that Kong lost: the entity has the tag, and we write its row",
                        difference -> difference.in("tags")
                                && difference.kind() == RowDifference.Kind.ADDED
                                && carries(kong, layout, difference)
                                && carries(ours, layout, difference)),
                new Allowance<>(
                        "stale other_tags: we write all tags that the entity has",
                        difference -> difference.in("tags")
                                && difference.isValueOf("other_tags")
                                && difference.ours().equals(tags(kong, layout, difference))
                                && difference.ours().equals(tags(ours, layout, difference))));
    }

    private static boolean carries(RecordedKeyspace keyspace, Layout layout, RowDifference difference) {
        for (JsonNode tag : tags(keyspace, layout, difference)) {
            if (tag.equals(difference.value("tag"))) {
                return true;
            }
        }
        return false;
    }

    /** All tags of the entity that a row of tags is about. */
    private static JsonNode tags(RecordedKeyspace keyspace, Layout layout, RowDifference difference) {
        String table = layout.catalog()
                .entityType(difference.value("entity_name").asText())
                .map(type -> type.table().name())
                .orElse("");
        RecordedRow entity = RowComparison.byKey(keyspace, table)
                .get(difference.value("entity_id").asText());
        return entity == null
                ? Canonical.object(null)
                : Canonical.column(RowComparison.value(entity, "tags"), "set<text>");
    }
}
