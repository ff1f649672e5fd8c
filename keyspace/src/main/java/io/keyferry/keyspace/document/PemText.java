package io.keyferry.keyspace.document;

/**
 * Text that a literal block ({@code |}) says safely: two or more lines of printable ASCII, none empty, none with a space
 * at its begin or end, and at most one line feed at the end. Then indentation, line folding and chomping leave no
 * choice to a reader. Certificates and keys are such text.
 */
final class PemText {
    private PemText() {}

    static boolean fits(String text) {
        if (text.indexOf('\n') < 0) {
            return false;
        }
        char before = '\n';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean edge = before == '\n' || i + 1 == text.length() || text.charAt(i + 1) == '\n';
            boolean safe = c == '\n' ? before != '\n' : c >= '!' && c <= '~';
            if (!safe && (c != ' ' || edge)) {
                return false;
            }
            before = c;
        }
        return true;
    }

    static void write(String text, int indent, Bytes out) {
        boolean ended = text.endsWith("\n");
        out.ascii(ended ? "|\n" : "|-\n");
        int from = 0;
        while (from < text.length()) {
            int to = text.indexOf('\n', from);
            int end = to < 0 ? text.length() : to;
            out.spaces(indent).ascii(text.substring(from, end)).put('\n');
            from = end + 1;
        }
    }
}
