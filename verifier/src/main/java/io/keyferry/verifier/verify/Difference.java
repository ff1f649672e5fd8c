package io.keyferry.verifier.verify;

import io.keyferry.keyspace.model.Value;
import java.util.Map;
import java.util.Optional;

/**
 * One entity that is not the same on both sides. Values of secret fields are masked already.
 *
 * @param name the name people know it by, where it has one that is no secret
 * @param workspace {@code default}, a workspace's id, or {@code none}
 * @param fields the fields that differ; empty where one side lacks the entity
 */
public record Difference(
        String type,
        String id,
        Optional<String> name,
        String workspace,
        Verdict verdict,
        Map<String, FieldDifference> fields) {

    /** What a field should be on the target, and what it is. Null values stand for null and absent alike. */
    public record FieldDifference(Value expected, Value target) {}

    public Difference {
        fields = Map.copyOf(fields);
    }
}
