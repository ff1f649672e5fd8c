package io.keyferry.keyspace.codec;

import com.datastax.oss.driver.api.core.type.codec.TypeCodec;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import java.util.Map;
import java.util.Set;

/** The driver's codec of {@code map<text, frozen<set<text>>>}, Kong's only nested collection. */
final class MapOfSetsType {
    static final TypeCodec<Map<String, Set<String>>> CODEC =
            TypeCodecs.mapOf(TypeCodecs.TEXT, TypeCodecs.setOf(TypeCodecs.TEXT));

    private MapOfSetsType() {}
}
