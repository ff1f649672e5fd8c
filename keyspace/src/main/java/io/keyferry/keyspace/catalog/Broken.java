package io.keyferry.keyspace.catalog;

/** How a data file is refused: the file, and what is wrong in it. A defect of ours, never of the user. */
final class Broken {
    private Broken() {}

    static IllegalStateException file(String path, String what) {
        return new IllegalStateException("catalogue file " + path + " " + what);
    }
}
