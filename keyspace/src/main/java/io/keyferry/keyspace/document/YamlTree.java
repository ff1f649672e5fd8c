package io.keyferry.keyspace.document;

import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Values from YAML, as Kong's lyaml makes them of the events of a YAML 1.1 parser: its scalars ({@link Scalars}), its
 * merge keys, its anchors. Where lyaml is careless we are not: repeated keys, keys that are no strings, unknown tags and
 * mappings that contain themselves are errors, and so are aliases that unfold to more than {@link #UNFOLDED} nodes.
 */
final class YamlTree {
    static final int UNFOLDED = 100_000;

    /** How many characters of a text count as a node. */
    private static final int TEXT_OF_A_NODE = 64;

    private static final int LONGEST_PROBLEM = 200;
    private static final String TAG = "tag:yaml.org,2002:";

    /** The parser copies what it has of a token each time it reads on; the time for that grows with the square. */
    private static final int LONGEST_TOKEN = 1 << 21;

    private record Anchored(Value value, long nodes) {}

    private static final class TooLong extends IOException {}

    /** Fails where the parser reads on and on without an event. */
    private final class Paced extends Reader {
        private final Reader in;

        Paced(Reader in) {
            this.in = in;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            sinceEvent += Math.max(count, 0);
            if (sinceEvent > LONGEST_TOKEN) {
                throw new TooLong();
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private final ParserImpl parser;
    private final long lineOffset;
    private final LongSupplier here = this::line;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private Lines lines = new Lines(1);
    private long nodes;
    private long unfolded;
    /** How many characters were read since the last event. */
    private long sinceEvent;

    private @Nullable Mark mark;

    /** @param lineOffset how many lines of the document come before the reader's first */
    YamlTree(Reader in, long lineOffset) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        parser = new ParserImpl(new StreamReader(new Paced(in)), options);
        this.lineOffset = lineOffset;
    }

    /** The next node as a part of its own; what its aliases unfold to is counted anew. */
    Part part(Part.Kind kind, String key, int depth) throws Malformed {
        peek();
        long line = line();
        lines = new Lines(line);
        unfolded = 0;
        return new Part(kind, key, line, value(depth), lines);
    }

    /** Line of the event that was read or looked at last. */
    long line() {
        return lineOffset + 1 + (mark == null ? 0 : mark.getLine());
    }

    boolean at(Event.ID id) throws Malformed {
        return peek().is(id);
    }

    /** Whether the next node is a list that can be read element by element: nothing refers to it as a whole. */
    boolean atList() throws Malformed {
        return peek() instanceof SequenceStartEvent list && list.getAnchor() == null && list.getTag() == null;
    }

    private Event peek() throws Malformed {
        try {
            Event event = parser.peekEvent();
            sinceEvent = 0;
            mark = event.getStartMark();
            return event;
        } catch (YAMLException e) {
            throw syntax(e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // The parser's own slips, at an escape that the end of the file cuts off or whose number is no character.
            throw Malformed.syntax(
                    line(), "is followed by what is not valid YAML: an escape in double quotes or a tag; correct it");
        }
    }

    Event read() throws Malformed {
        Event event = peek();
        parser.getEvent();
        return event;
    }

    /** Reads an event that must be of the given kind. */
    void expect(Event.ID id, String otherwise) throws Malformed {
        if (!read().is(id)) {
            throw Malformed.syntax(line(), otherwise);
        }
    }

    /** The messages of the parser without the excerpts of the file: those may show secrets. */
    private Malformed syntax(YAMLException e) {
        if (e.getCause() instanceof TooLong) {
            return Malformed.syntax(
                    line(),
                    "is followed by a text, or by comments, of over " + (LONGEST_TOKEN >> 20)
                            + " million characters, for"
                            + " which the YAML parser takes for ever: shorten it, or write the entity as JSON on one"
                            + " line, as Keyferry does");
        }
        if (e.getCause() instanceof IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        if (e instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            String context = marked.getContext() == null ? "" : " " + marked.getContext();
            return Malformed.syntax(
                    lineOffset + 1 + marked.getProblemMark().getLine(),
                    "is not valid YAML:" + context + " " + shortened(marked.getProblem()) + ": correct it");
        }
        return Malformed.syntax(line(), "is not valid YAML: it holds a control character or ends early: correct it");
    }

    private static String shortened(@Nullable String problem) {
        String text = String.valueOf(problem);
        return text.length() <= LONGEST_PROBLEM ? text : text.substring(0, LONGEST_PROBLEM) + "...";
    }

    /** Passes over the next node. */
    void skipNode() throws Malformed {
        int depth = 0;
        do {
            Event event = read();
            if (event.is(Event.ID.MappingStart) || event.is(Event.ID.SequenceStart)) {
                depth++;
            } else if (event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd)) {
                depth--;
            }
        } while (depth > 0);
    }

    /** The value of the next node. */
    Value value(int depth) throws Malformed {
        Event event = read();
        if (event instanceof AliasEvent alias) {
            return aliased(alias.getAnchor());
        }
        long before = nodes++;
        Value value = event instanceof ScalarEvent scalar ? scalar(scalar) : collection(event, depth);
        if (value instanceof Value.Text text) {
            // A long text weighs more than a node: each of its aliases is written out again in the end.
            nodes += text.value().length() / TEXT_OF_A_NODE;
        }
        Optional.ofNullable(((NodeEvent) event).getAnchor())
                .ifPresent(anchor -> anchors.put(anchor, new Anchored(value, nodes - before)));
        return value;
    }

    private Value aliased(String anchor) throws Malformed {
        Anchored target = anchors.get(anchor);
        if (target == null) {
            throw Malformed.content(
                    line(), "refers to '*" + Labels.shortened(anchor) + "', which is not anchored before: correct it");
        }
        nodes += target.nodes();
        unfolded += target.nodes();
        if (unfolded > UNFOLDED) {
            throw Malformed.content(
                    line(), "has aliases that unfold to over " + UNFOLDED + " nodes: write the values out");
        }
        return target.value();
    }

    private Value collection(Event event, int depth) throws Malformed {
        ValueBuilder.checkDepth(depth, here);
        if (event instanceof SequenceStartEvent sequence) {
            checkTag(sequence.getTag(), "seq");
            List<Value> values = new ArrayList<>();
            while (!at(Event.ID.SequenceEnd)) {
                values.add(value(depth + 1));
            }
            read();
            return new Value.Sequence(values);
        }
        checkTag(((MappingStartEvent) event).getTag(), "map");
        return mapping(depth);
    }

    private Value.Mapping mapping(int depth) throws Malformed {
        long line = line();
        LinkedHashMap<String, Value> own = new LinkedHashMap<>();
        LinkedHashMap<String, Value> merged = new LinkedHashMap<>();
        while (!at(Event.ID.MappingEnd)) {
            String key = key();
            if (key.equals("<<")) {
                ValueBuilder.merge(merged, value(depth + 1), here);
            } else {
                ValueBuilder.add(own, key, value(depth + 1), here);
            }
        }
        read();
        merged.forEach(own::putIfAbsent);
        Value.Mapping mapping = new Value.Mapping(own);
        lines.put(mapping, line);
        return mapping;
    }

    /** The next node, which is a key. */
    String key() throws Malformed {
        // Not a collection, which could hold a collection as its key, and so on without end.
        boolean single = at(Event.ID.Scalar) || at(Event.ID.Alias);
        if (single && value(ValueWriter.DEEPEST) instanceof Value.Text text) {
            return text.value();
        }
        throw Malformed.content(line(), "has a key that is not a string: put it in quotes");
    }

    private Value scalar(ScalarEvent event) throws Malformed {
        String text = ValueBuilder.text(event.getValue(), here);
        String tag = event.getTag();
        if (tag == null) {
            return event.getScalarStyle() == ScalarStyle.PLAIN ? Scalars.plain(text) : Value.text(text);
        }
        if (tag.equals("!") || tag.equals(TAG + "str")) {
            return Value.text(text);
        }
        Value value = Scalars.plain(text);
        boolean fits = switch (tag) {
            case TAG + "int" -> value instanceof Value.Whole;
            case TAG + "float" -> value instanceof Value.Whole || value instanceof Value.Fraction;
            case TAG + "bool" -> value instanceof Value.Truth;
            case TAG + "null" -> value == Value.NULL;
            default -> false;
        };
        if (!fits) {
            throw badTag(tag);
        }
        return value;
    }

    private void checkTag(@Nullable String tag, String allowed) throws Malformed {
        if (tag != null && !tag.equals("!") && !tag.equals(TAG + allowed)) {
            throw badTag(tag);
        }
    }

    private Malformed badTag(String tag) {
        return Malformed.content(
                line(),
                "has a value with the tag '" + Labels.shortened(tag)
                        + "', which is unknown or does not fit it: remove the tag");
    }
}
