package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.KongVersion;

/** The release lines that ask for rules. */
final class Steps {
    static final KongVersion TO_2_0 = KongVersion.parse("2.0");
    static final KongVersion TO_2_1 = KongVersion.parse("2.1");
    static final KongVersion TO_2_2 = KongVersion.parse("2.2");
    static final KongVersion TO_2_3 = KongVersion.parse("2.3");
    static final KongVersion TO_2_4 = KongVersion.parse("2.4");
    static final KongVersion TO_2_7 = KongVersion.parse("2.7");
    static final KongVersion TO_3_0 = KongVersion.parse("3.0");
    static final KongVersion TO_3_1 = KongVersion.parse("3.1");
    static final KongVersion TO_3_2 = KongVersion.parse("3.2");
    static final KongVersion TO_3_3 = KongVersion.parse("3.3");

    private Steps() {}
}
