package io.keyferry.keyspace.codec;

import io.keyferry.keyspace.model.Value;
import java.util.UUID;

/**
 * The prefix {@code <workspace id>:} that Kong puts before unique values from 2.1 on. Kong strips 37 characters
 * whenever the 37th is a colon; here the prefix goes only when it is the row's own workspace, since a value may look
 * like one by chance. Immutable.
 *
 * @param text the prefix itself, made once for the many rows of a workspace
 */
record WorkspacePrefix(UUID workspace, String text) {
    static WorkspacePrefix of(UUID workspace) {
        return new WorkspacePrefix(workspace, workspace + ":");
    }

    Value.Text strip(Value.Text value) {
        return standsBefore(value.value()) ? new Value.Text(value.value().substring(text.length())) : value;
    }

    Value.Text add(Value value) {
        return new Value.Text(text + Values.text(value));
    }

    boolean standsBefore(String value) {
        return value.startsWith(text);
    }
}
