package io.keyferry.keyspace.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values to and from JSON text as Kong keeps it in {@code text} columns ({@code plugins.config}, ...). Thread-safe.
 * Facts: lua-cjson writes numbers with 14 digits, keeps nulls, and its key order is random.
 */
public final class JsonText {
    /** Deeper values are refused on reading; Kong's own schemas stay far below. */
    public static final int MAXIMUM_DEPTH = 100;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAXIMUM_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonText() {}

    /**
     * Reads one JSON value.
     *
     * @throws IOException when the text is not one JSON value; the message tells where, and never quotes the text
     */
    public static Value parse(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new IOException("empty text is not JSON");
            }
            Value value = read(parser);
            if (parser.nextToken() != null) {
                throw new IOException("text goes on after the end of the JSON value");
            }
            return value;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            // Neither its message nor the exception itself: both quote what may be secret.
            if (e.getLocation() == null) {
                throw new IOException("JSON that is nested too deeply, or has too long a text or number");
            }
            throw new IOException("not JSON from character " + e.getLocation().getCharOffset() + " on");
        }
    }

    /** Writes a value without white space, keys in their order. */
    public static String print(Value value) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            write(value, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** Reads the value whose first token is the parser's current one, and leaves the parser at its last token. */
    public static Value read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("JSON value ends too early");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Value> values = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    values.put(name, read(parser));
                }
                yield new Value.Mapping(values);
            }
            case START_ARRAY -> {
                List<Value> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(read(parser));
                }
                yield new Value.Sequence(values);
            }
            case VALUE_STRING -> new Value.Text(parser.getText());
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? Value.number(parser.getDoubleValue())
                        : new Value.Whole(parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> Value.number(parser.getDoubleValue());
            case VALUE_TRUE -> new Value.Truth(true);
            case VALUE_FALSE -> new Value.Truth(false);
            case VALUE_NULL -> Value.NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IOException("unexpected " + token);
        };
    }

    /** Writes the value to the generator. */
    public static void write(Value value, JsonGenerator generator) throws IOException {
        if (value instanceof Value.Text text) {
            generator.writeString(text.value());
        } else if (value instanceof Value.Whole whole) {
            generator.writeNumber(whole.value());
        } else if (value instanceof Value.Fraction fraction) {
            generator.writeNumber(fraction.value());
        } else if (value instanceof Value.Truth truth) {
            generator.writeBoolean(truth.value());
        } else if (value instanceof Value.Sequence sequence) {
            generator.writeStartArray();
            for (Value element : sequence.values()) {
                write(element, generator);
            }
            generator.writeEndArray();
        } else if (value instanceof Value.Mapping mapping) {
            generator.writeStartObject();
            for (Map.Entry<String, Value> member : mapping.values().entrySet()) {
                generator.writeFieldName(member.getKey());
                write(member.getValue(), generator);
            }
            generator.writeEndObject();
        } else {
            generator.writeNull();
        }
    }
}
