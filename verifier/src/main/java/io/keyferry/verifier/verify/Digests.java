package io.keyferry.verifier.verify;

import io.keyferry.verifier.digest.EntityDigest;
import io.keyferry.verifier.digest.RawDigest;
import io.keyferry.verifier.digest.RunKey;
import io.keyferry.verifier.digest.WorkspaceNaming;

/** Makes the digests of both sides, of one key. Immutable; what it makes belongs to one worker. */
record Digests(RunKey key, WorkspaceNaming source, WorkspaceNaming target) {
    EntityDigest ofSource() {
        return new EntityDigest(key, source);
    }

    EntityDigest ofTarget() {
        return new EntityDigest(key, target);
    }

    RawDigest raw() {
        return new RawDigest(key);
    }
}
