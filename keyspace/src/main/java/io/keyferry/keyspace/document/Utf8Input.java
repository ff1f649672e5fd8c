package io.keyferry.keyspace.document;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Passes bytes on and fails at the first that is not UTF-8, as libyaml does: over-long forms, surrogates and numbers
 * beyond U+10FFFF included. Not thread-safe.
 */
final class Utf8Input extends FilterInputStream {
    /** Where the input stops being UTF-8. */
    static final class NotUtf8 extends IOException {
        private final long line;

        NotUtf8(long line) {
            super("not UTF-8");
            this.line = line;
        }

        long line() {
            return line;
        }
    }

    private long line = 1;
    /** Continuation bytes that are still to come. */
    private int missing;
    /** Bounds of the next continuation byte: the first one after the lead byte has narrower ones. */
    private int lowest;

    private int highest;

    Utf8Input(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count < 0) {
            if (missing > 0) {
                throw new NotUtf8(line);
            }
            return count;
        }
        int end = offset + count;
        for (int i = offset; i < end; i++) {
            byte b = buffer[i];
            if (b >= 0 && missing == 0) {
                if (b == '\n') {
                    line++;
                }
            } else {
                check(b & 0xff);
            }
        }
        return count;
    }

    private void check(int b) throws NotUtf8 {
        if (missing > 0) {
            if (b < lowest || b > highest) {
                throw new NotUtf8(line);
            }
            missing--;
        } else if (b >= 0xc2 && b <= 0xdf) {
            missing = 1;
        } else if (b >= 0xe0 && b <= 0xef) {
            missing = 2;
            bounds(b == 0xe0 ? 0xa0 : 0x80, b == 0xed ? 0x9f : 0xbf);
            return;
        } else if (b >= 0xf0 && b <= 0xf4) {
            missing = 3;
            bounds(b == 0xf0 ? 0x90 : 0x80, b == 0xf4 ? 0x8f : 0xbf);
            return;
        } else {
            throw new NotUtf8(line);
        }
        bounds(0x80, 0xbf);
    }

    private void bounds(int low, int high) {
        lowest = low;
        highest = high;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
