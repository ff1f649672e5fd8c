package io.keyferry.keyspace.codec;

import io.keyferry.keyspace.model.Value;
import java.util.UUID;

/**
 * The prefix {@code <workspace id>:} that Kong puts before unique values from 2.1 on. Kong strips 37 characters
 * whenever the 37th is a colon; here the prefix goes only when it is the row's own workspace, since a value may look
 * like one by chance.
 */
final class WorkspacePrefix {
    private static final int LENGTH = 37;

    private WorkspacePrefix() {}

    static Value.Text strip(Value.Text text, UUID workspace) {
        String value = text.value();
        boolean prefixed =
                value.length() >= LENGTH && value.charAt(LENGTH - 1) == ':' && value.startsWith(workspace.toString());
        return prefixed ? new Value.Text(value.substring(LENGTH)) : text;
    }

    static Value add(Value value, UUID workspace) {
        return new Value.Text(workspace + ":" + Values.text(value));
    }
}
