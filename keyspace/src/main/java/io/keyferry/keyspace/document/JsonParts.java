package io.keyferry.keyspace.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.keyferry.keyspace.model.Value;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads a document that is one JSON object. */
final class JsonParts implements PartSource {
    private final JsonParser parser;
    private final JsonValues values;
    private @Nullable String list;
    private boolean begun;

    JsonParts(InputStream in) throws IOException {
        parser = JsonValues.FACTORY.createParser(in);
        values = new JsonValues(parser, 0, false);
    }

    @Override
    public @Nullable Part next() throws IOException, Malformed {
        try {
            return list == null ? member() : element(list);
        } catch (JsonProcessingException e) {
            // Jackson's text may quote what the file holds.
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw Malformed.syntax(line, "is not valid JSON at column " + column + ": correct it");
        }
    }

    private @Nullable Part member() throws IOException, Malformed {
        if (!begun) {
            begun = true;
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Malformed.syntax(1, "is not a JSON object");
            }
        }
        if (parser.currentToken() != JsonToken.FIELD_NAME) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_OBJECT) {
                if (parser.nextToken() != null) {
                    throw Malformed.syntax(values.line(), "has text after the end of the JSON object: remove it");
                }
                return null;
            }
            return token == null ? null : Part.key(parser.currentName(), values.line());
        }
        String key = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY) {
            list = key;
            return element(key);
        }
        long line = values.line();
        return new Part(Part.Kind.VALUE, key, line, values.value(1), new Lines(line));
    }

    private @Nullable Part element(String key) throws IOException, Malformed {
        if (parser.nextToken() == JsonToken.END_ARRAY) {
            list = null;
            return member();
        }
        long line = values.line();
        Lines lines = new Lines(line);
        values.noteLines(lines);
        Value value = values.value(2);
        values.noteLines(null);
        return new Part(Part.Kind.ELEMENT, key, line, value, lines);
    }

    @Override
    public void skip() throws IOException, Malformed {
        try {
            if (list == null && parser.currentToken() == JsonToken.FIELD_NAME) {
                parser.nextToken();
                parser.skipChildren();
            }
            while (list != null) {
                if (parser.nextToken() == JsonToken.END_ARRAY) {
                    list = null;
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw Malformed.syntax(1, "is not valid JSON");
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
