package io.keyferry.keyspace.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.keyferry.keyspace.model.Value;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.events.Event;

/**
 * Reads a YAML document by its lines, as Keyferry and Kong write them: keys in the first column, each with a block
 * sequence. An item that is one flow mapping on one line goes to the JSON parser; runs of other items are cut at their
 * dashes and go to the YAML parser, some at a time. So size does not matter, and lines are known.
 *
 * <p>Whatever does not look so, or does not parse, is {@link Malformed} here: {@link YamlParts} must look at the whole
 * document then. That is safe since a cut in the wrong place (inside a quoted text or a flow collection) leaves a piece
 * that no longer parses.
 */
final class LineParts implements PartSource {
    private static final int RUN = 1 << 16;

    private final LineInput input;
    private final Queue<Part> ready = new ArrayDeque<>();
    private final Bytes item = new Bytes(1 << 12);
    private final Bytes run = new Bytes(2 * RUN);
    private boolean ended;
    private boolean anyKey;
    private boolean skipping;
    /** The current top-level key; empty before the first. */
    private String key = "";

    /** The column of the current section's dashes; negative as long as there was none. */
    private int column;
    /** Whether the current key's value is no block sequence: then it gathers in {@link #item}. */
    private boolean whole;

    private long itemLine;
    private int firstLineEnd;
    private boolean oneLine;
    /** Whether {@link #item} begins with the key's own line rather than a dash. */
    private boolean ofKey;

    private boolean plain;
    private long runLine;

    LineParts(InputStream in) {
        this(in, 1 << 18);
    }

    LineParts(InputStream in, int capacity) {
        input = new LineInput(in, capacity);
    }

    @Override
    public @Nullable Part next() throws IOException, Malformed {
        while (ready.isEmpty()) {
            if (ended) {
                return null;
            }
            if (input.advance()) {
                line();
            } else {
                ended = true;
                endKey();
                if (!anyKey) {
                    throw unusual("holds no key");
                }
            }
        }
        return ready.remove();
    }

    @Override
    public void skip() {
        ready.removeIf(part -> part.kind() != Part.Kind.KEY);
        skipping = ready.isEmpty();
        if (skipping) {
            item.clear();
            run.clear();
        }
    }

    private void line() throws Malformed {
        byte[] bytes = input.bytes();
        int end = input.end();
        int first = input.start();
        while (first < end && bytes[first] == ' ') {
            first++;
        }
        int indent = first - input.start();
        if (blankOrComment(bytes, first, end)) {
            boolean dropped = item.isEmpty() || (ofKey && !whole);
            if (dropped && !input.plain()) {
                throw unusual("has a control character or a Unicode line end in a comment");
            }
            if (!item.isEmpty()) {
                append(false);
            }
        } else if (indent == 0 && bytes[first] != '-') {
            endKey();
            beginKey(bytes, first, end);
        } else if (skipping) {
            return;
        } else if (whole) {
            if (indent == 0) {
                throw unusual("continues a value in the first column");
            }
            append(true);
        } else if ((indent == column || column < 0) && dash(bytes, first, end) && !key.isEmpty()) {
            column = indent;
            endItem();
            beginItem();
        } else if (column < 0 && indent > 0) {
            whole = true;
            append(true);
        } else if (column >= 0 && indent > column && !item.isEmpty()) {
            append(true);
        } else {
            throw unusual("is not laid out as a key with a list of entities");
        }
    }

    private static boolean blankOrComment(byte[] bytes, int first, int end) {
        int i = first;
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return i == end || bytes[first] == '#';
    }

    private static boolean dash(byte[] bytes, int first, int end) {
        return bytes[first] == '-' && (first + 1 == end || bytes[first + 1] == ' ');
    }

    private void beginKey(byte[] bytes, int first, int end) throws Malformed {
        int colon = first;
        while (colon < end && bytes[colon] != ':') {
            colon++;
        }
        if (colon == end || (colon + 1 < end && bytes[colon + 1] != ' ') || !input.plain()) {
            throw unusual("is not a key of its own");
        }
        key = keyIn(new String(bytes, first, colon - first, StandardCharsets.UTF_8));
        ready.add(Part.key(key, input.number()));
        anyKey = true;
        skipping = false;
        column = -1;
        int rest = colon + 1;
        while (rest < end && bytes[rest] == ' ') {
            rest++;
        }
        whole = rest < end && bytes[rest] != '#';
        if (whole && (bytes[rest] == '&' || bytes[rest] == '*' || bytes[rest] == '!')) {
            throw unusual("has an anchor, an alias or a tag");
        }
        beginItem();
        ofKey = true;
    }

    private String keyIn(String text) throws Malformed {
        String stripped = text.stripTrailing();
        char quote = stripped.isEmpty() ? ' ' : stripped.charAt(0);
        boolean quoted = (quote == '"' || quote == '\'') && stripped.length() > 2 && stripped.endsWith("" + quote);
        String name = quoted ? stripped.substring(1, stripped.length() - 1) : stripped;
        if (!Scalars.isWord(name)) {
            throw unusual("is not a plain key");
        }
        return name;
    }

    private void beginItem() throws Malformed {
        item.clear();
        itemLine = input.number();
        plain = true;
        append(true);
        firstLineEnd = item.size() - 1;
        oneLine = true;
        ofKey = false;
    }

    private void append(boolean content) throws Malformed {
        item.put(input.bytes(), input.start(), input.end()).put('\n');
        oneLine &= !content;
        plain &= input.plain();
        if (item.size() > ValueBuilder.LARGEST_ENTITY) {
            throw LineInput.tooLong(itemLine);
        }
    }

    private void endKey() throws Malformed {
        if (key.isEmpty() || skipping) {
            return;
        }
        if (column >= 0) {
            endItem();
            endRun();
        } else {
            endWhole();
        }
        item.clear();
        whole = false;
        key = "";
    }

    /** Hands the gathered item on: to the JSON parser, or into the run for the YAML parser. */
    private void endItem() throws Malformed {
        if (item.isEmpty() || ofKey) {
            item.clear();
            return;
        }
        if (oneLine && plain && json()) {
            item.clear();
            return;
        }
        if (!plain) {
            // Its Unicode line ends count as lines to the parser: keep that from its neighbours.
            endRun();
        }
        if (run.isEmpty()) {
            runLine = itemLine;
        }
        run.put(item.array(), 0, item.size());
        item.clear();
        if (!plain || run.size() > RUN) {
            endRun();
        }
    }

    private boolean json() throws Malformed {
        byte[] bytes = item.array();
        int from = column + 1;
        while (from < firstLineEnd && bytes[from] == ' ') {
            from++;
        }
        int to = firstLineEnd;
        while (to > from && bytes[to - 1] == ' ') {
            to--;
        }
        if (from == column + 1 || to - from < 2 || bytes[from] != '{' || bytes[to - 1] != '}') {
            return false;
        }
        Value value;
        try (JsonParser parser = JsonValues.FACTORY.createParser(bytes, from, to - from)) {
            parser.nextToken();
            value = new JsonValues(parser, itemLine - 1, true).value(2);
            if (parser.nextToken() != null) {
                return false;
            }
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        endRun();
        ready.add(new Part(Part.Kind.ELEMENT, key, itemLine, value, new Lines(itemLine)));
        return true;
    }

    private void endRun() throws Malformed {
        if (run.isEmpty()) {
            return;
        }
        YamlTree tree = begin(run, runLine);
        readyElements(tree);
        end(tree);
        run.clear();
    }

    private void endWhole() throws Malformed {
        YamlTree tree = begin(item, itemLine);
        tree.expect(Event.ID.MappingStart, "is not a mapping");
        tree.key();
        if (tree.atList()) {
            readyElements(tree);
        } else {
            ready.add(tree.part(Part.Kind.VALUE, key, 1));
        }
        tree.expect(Event.ID.MappingEnd, "is more than one key");
        end(tree);
    }

    private void readyElements(YamlTree tree) throws Malformed {
        tree.expect(Event.ID.SequenceStart, "is not a list");
        while (!tree.at(Event.ID.SequenceEnd)) {
            ready.add(tree.part(Part.Kind.ELEMENT, key, 2));
        }
        tree.read();
    }

    private static YamlTree begin(Bytes text, long line) throws Malformed {
        YamlTree tree = new YamlTree(
                new InputStreamReader(new ByteArrayInputStream(text.array(), 0, text.size()), StandardCharsets.UTF_8),
                line - 1);
        tree.expect(Event.ID.StreamStart, "is empty");
        tree.expect(Event.ID.DocumentStart, "is empty");
        return tree;
    }

    private static void end(YamlTree tree) throws Malformed {
        tree.expect(Event.ID.DocumentEnd, "is more than one value");
        tree.expect(Event.ID.StreamEnd, "is more than one document");
    }

    private Malformed unusual(String what) {
        return Malformed.syntax(input.number(), what);
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
