package io.keyferry.keyspace.read;

/**
 * How many rows of one table a page should have, so that it stays near {@value #PAGE_BYTES} bytes. All who read the
 * table share one: the first page is small, since its rows may be of any size, and every later one, of another slice
 * too, goes by what was seen. Thread-safe.
 */
final class PageSize {
    static final int PAGE_BYTES = 1 << 20;
    /** As objects, the columns of a row take some kilobytes, however small they are, and eight pages are held at once. */
    static final int LARGEST = 2_000;
    /** Of rows of 500 KB, which a plugin's configuration may well have, they take 8 MB. */
    private static final int FIRST = 16;

    private final int largest;
    private volatile int rows;

    /** @param largest the most rows that a page may have */
    PageSize(int largest) {
        this.largest = largest;
        rows = Math.min(FIRST, largest);
    }

    /** How many rows the next page should have. */
    int rows() {
        return rows;
    }

    /**
     * Takes note of a page.
     *
     * @param count how many rows it had, at least 1
     * @param bytes how many bytes the server sent for them, at least 1
     */
    void learn(int count, int bytes) {
        long wanted = (long) PAGE_BYTES * count / bytes;
        rows = (int) Math.max(1, Math.min(largest, wanted));
    }
}
