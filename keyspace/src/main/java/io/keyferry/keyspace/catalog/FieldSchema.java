package io.keyferry.keyspace.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One field of an entity or of a plugin configuration, in Kong's schema language; recursive. Immutable,
 * provided that callers leave the JSON values as they are.
 *
 * <p>A field is secret when Kong marks it {@code encrypted} in any version, or when its value
 * <ul>
 * <li>authenticates who knows it: passwords, keys, tokens, codes, session ids and session data;
 * <li>is private key material, or a store that holds such ({@code acme_storage.value});
 * <li>is sent to another server to be let in: API keys, headers of log and trace exporters and of health checks, what
 * request-transformer adds to requests, the environment of a sidecar;
 * <li>is a URL in which people put a password ({@code http_endpoint}, {@code proxy_url}).
 * </ul>
 * A secret map or list is secret as a whole. Certificates, public keys and user names are not. Of a plugin that the
 * catalogue does not know, every value of {@code config} must be taken for a secret.
 *
 * @param name the field's name; empty for elements, keys and values of a collection
 * @param required whether an explicit null is an error
 * @param defaultValue what Kong puts where the field is absent; null where there is none
 * @param unique whether values are unique within a workspace
 * @param uniqueAcrossWorkspaces whether values are unique in the whole keyspace
 * @param secret whether reports and logs must print {@code ***} for the value
 * @param elements schema of the elements of an array or set
 * @param keys schema of the keys of a map
 * @param values schema of the values of a map
 * @param fields the fields of a record, in Kong's order
 * @param reference the entity type that a foreign field points to
 * @param constraints the remaining attributes as Kong states them: {@code one_of}, {@code between}, {@code match}, ...;
 *     {@code default_random} says that Kong makes up a secret where the field is absent
 */
public record FieldSchema(
        String name,
        FieldType type,
        boolean required,
        @Nullable JsonNode defaultValue,
        boolean unique,
        boolean uniqueAcrossWorkspaces,
        boolean uuid,
        boolean timestamp,
        boolean auto,
        boolean secret,
        @Nullable FieldSchema elements,
        @Nullable FieldSchema keys,
        @Nullable FieldSchema values,
        List<FieldSchema> fields,
        @Nullable String reference,
        JsonNode constraints) {

    public FieldSchema {
        fields = List.copyOf(fields);
    }

    /** The field of a record with this name. */
    public Optional<FieldSchema> field(String fieldName) {
        for (FieldSchema field : fields) {
            if (field.name().equals(fieldName)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }
}
