package io.keyferry.keyspace.document;

/** A value that no Kong would read back as it is. Gathers the path to the value on its way up. */
final class Unwritable extends Exception {
    private String path = "";

    Unwritable(String reason) {
        super(reason, null, false, false);
    }

    Unwritable under(String step) {
        path = path.isEmpty() || path.startsWith("[") ? step + path : step + "." + path;
        return this;
    }

    String path() {
        return path;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
