package io.keyferry.keyspace.document;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits UTF-8 into lines without making strings of them. The current line is a part of {@link #bytes()}, without its
 * end ({@code \n} or {@code \r\n}), and stays there until {@link #advance()}. Not thread-safe.
 */
final class LineInput implements Closeable {
    private final InputStream in;
    private byte[] buffer;
    private int start;
    private int end;
    private int next;
    private int limit;
    private long number;
    private boolean plain;

    LineInput(InputStream in, int capacity) {
        this.in = in;
        buffer = new byte[capacity];
    }

    /** Moves to the next line; false at the end of the input. */
    boolean advance() throws IOException, Malformed {
        start = next;
        number++;
        boolean special = false;
        int i = start;
        while (true) {
            while (i < limit) {
                byte b = buffer[i];
                if (b < ' ') {
                    if (b == '\n') {
                        end(i, i + 1, special);
                        return true;
                    }
                    special = true;
                } else if (b == 0x7f || b == '\\') {
                    special = true;
                }
                i++;
            }
            int scanned = i - start;
            if (!fill()) {
                end(limit, limit, special);
                return end > start || next > start;
            }
            i = start + scanned;
        }
    }

    private void end(int at, int following, boolean special) {
        next = following;
        end = at > start && buffer[at - 1] == '\r' ? at - 1 : at;
        plain = !special || onlyOrdinary();
    }

    /** Makes room by moving the line to the front or by growing, and reads more. */
    private boolean fill() throws IOException, Malformed {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, limit - start);
            limit -= start;
            next = 0;
            start = 0;
        } else if (limit == buffer.length) {
            if (limit > ValueBuilder.LARGEST_ENTITY) {
                throw tooLong(number);
            }
            buffer = Arrays.copyOf(buffer, limit * 2);
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        limit += Math.max(count, 0);
        return count > 0;
    }

    static Malformed tooLong(long line) {
        return Malformed.syntax(
                line,
                "is part of an entity of over " + (ValueBuilder.LARGEST_ENTITY >> 20) + " MiB: no Kong entity is");
    }

    /** Whether the line holds only what JSON and YAML 1.1 see alike: no controls (no tabs), no Unicode line ends, no {@code \/}. */
    private boolean onlyOrdinary() {
        for (int i = start; i < end; i++) {
            byte b = buffer[i];
            if (b >= 0) {
                if (b < ' ' || b == 0x7f) {
                    return false;
                }
                if (b == '\\' && i + 1 < end && buffer[++i] == '/') {
                    return false;
                }
            } else if (b == (byte) 0xc2) {
                if ((buffer[i + 1] & 0xff) < 0xa0) {
                    return false;
                }
            } else if (b == (byte) 0xe2) {
                if (buffer[i + 1] == (byte) 0x80 && (buffer[i + 2] & 0xfe) == 0xa8) {
                    return false;
                }
            } else if (b == (byte) 0xef && ((buffer[i + 1] & 0xff) == 0xbb || (buffer[i + 1] & 0xff) == 0xbf)) {
                return false;
            }
        }
        return true;
    }

    byte[] bytes() {
        return buffer;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** The line's number, from 1. */
    long number() {
        return number;
    }

    /** Whether the line holds only what JSON and YAML 1.1 see alike. */
    boolean plain() {
        return plain;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
