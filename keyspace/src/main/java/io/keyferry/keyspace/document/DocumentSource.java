package io.keyferry.keyspace.document;

import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A document's file, which can be opened again and again: decompressed, checked to be UTF-8, without a byte order mark.
 * Knows which of the three parsers suits it.
 *
 * @param yamlLimit the most characters that the whole-document YAML parser is given
 */
record DocumentSource(Path file, long yamlLimit) {
    /** SnakeYAML counts characters in an int. */
    static final long YAML_LIMIT = Integer.MAX_VALUE - 8L;

    DocumentSource(Path file) {
        this(file, YAML_LIMIT);
    }

    private interface Opening<T> {
        T open(InputStream in) throws IOException;
    }

    /** The fast parser for what the content looks like. Kong, too, goes by the content from 2.3 on. */
    PartSource fast() throws IOException {
        return opened(in -> {
            PushbackInputStream text = new PushbackInputStream(in, 1);
            int first = text.read();
            while (first == ' ' || first == '\t' || first == '\n' || first == '\r') {
                first = text.read();
            }
            if (first != '{') {
                text.close();
                return lines();
            }
            text.unread(first);
            return new JsonParts(text);
        });
    }

    private PartSource lines() throws IOException {
        return opened(LineParts::new);
    }

    /** Whether a document that the fast parser gives up on may still be readable by the thorough one. */
    boolean mayBeYaml() {
        return !Compression.plainName(file.getFileName().toString())
                .toLowerCase(Locale.ROOT)
                .endsWith(".json");
    }

    /** The parser for any YAML, up to the limit. */
    PartSource thorough(Malformed reason) throws IOException {
        return opened(in ->
                new YamlParts(new Bounded(new InputStreamReader(in, StandardCharsets.UTF_8), yamlLimit, file, reason)));
    }

    private <T> T opened(Opening<T> opening) throws IOException {
        InputStream raw;
        try {
            raw = Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new KeyferryException(Kind.USAGE, file + ": no such file: check the name", e);
        }
        try {
            return opening.open(withoutByteOrderMark(new Utf8Input(Compression.opened(raw))));
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static InputStream withoutByteOrderMark(InputStream in) throws IOException {
        PushbackInputStream text = new PushbackInputStream(in, 3);
        byte[] mark = text.readNBytes(3);
        boolean marked = mark.length == 3 && mark[0] == (byte) 0xef && mark[1] == (byte) 0xbb && mark[2] == (byte) 0xbf;
        if (!marked) {
            text.unread(mark);
        }
        return text;
    }

    /** Fails beyond a number of characters, before the parser's own counter overflows. */
    private static final class Bounded extends Reader {
        private final Reader in;
        private final Path file;
        private final Malformed reason;
        private final long limit;
        private long count;

        Bounded(Reader in, long limit, Path file, Malformed reason) {
            this.in = in;
            this.limit = limit;
            this.file = file;
            this.reason = reason;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            count += Math.max(read, 0);
            if (count > limit) {
                throw KeyferryException.usage(file + ":" + reason.line() + ": " + reason.problem()
                        + ". If this is valid YAML all the same, the document is too large for the parser that could"
                        + " tell (over " + limit + " characters): write one entity a line, as Keyferry does");
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
