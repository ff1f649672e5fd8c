package io.keyferry.keyspace.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Values from JSON. */
final class JsonValues {
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(ValueWriter.DEEPEST + 5)
                    .maxStringLength(ValueBuilder.LARGEST_ENTITY)
                    .maxNameLength(1 << 16)
                    .maxNumberLength(400)
                    .build())
            .build();

    private final JsonParser parser;
    private final long lineOffset;
    private final boolean mergeKeys;
    private final LongSupplier here = this::line;
    private @Nullable Lines lines;

    /**
     * @param lineOffset how many lines of the document come before the parser's first
     * @param mergeKeys whether {@code <<} is to be refused, because a YAML reader would merge there
     */
    JsonValues(JsonParser parser, long lineOffset, boolean mergeKeys) {
        this.parser = parser;
        this.lineOffset = lineOffset;
        this.mergeKeys = mergeKeys;
    }

    /** Notes the lines of mappings that are read from now on; of none, where null. */
    void noteLines(@Nullable Lines noted) {
        lines = noted;
    }

    long line() {
        return lineOffset + parser.currentTokenLocation().getLineNr();
    }

    /** The value that begins with the parser's current token. */
    Value value(int depth) throws IOException, Malformed {
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(depth);
            case START_ARRAY -> sequence(depth);
            case VALUE_STRING -> Value.text(ValueBuilder.text(parser.getText(), here));
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT, LONG -> ValueBuilder.whole(parser.getLongValue());
                    case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> Value.number(parser.getDoubleValue());
                };
            case VALUE_NUMBER_FLOAT -> Value.number(parser.getDoubleValue());
            case VALUE_TRUE -> Value.truth(true);
            case VALUE_FALSE -> Value.truth(false);
            case VALUE_NULL -> Value.NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no value begins with " + parser.currentToken());
        };
    }

    private Value.Mapping mapping(int depth) throws IOException, Malformed {
        ValueBuilder.checkDepth(depth, here);
        long line = lines == null ? 0 : line();
        LinkedHashMap<String, Value> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = ValueBuilder.text(parser.currentName(), here);
            if (mergeKeys && key.equals("<<")) {
                throw Malformed.content(line(), "has a merge key '<<'");
            }
            parser.nextToken();
            ValueBuilder.add(members, key, value(depth + 1), here);
        }
        Value.Mapping mapping = new Value.Mapping(members);
        if (lines != null) {
            lines.put(mapping, line);
        }
        return mapping;
    }

    private Value.Sequence sequence(int depth) throws IOException, Malformed {
        ValueBuilder.checkDepth(depth, here);
        List<Value> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(depth + 1));
        }
        return new Value.Sequence(values);
    }
}
