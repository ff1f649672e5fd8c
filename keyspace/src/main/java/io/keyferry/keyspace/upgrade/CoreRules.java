package io.keyferry.keyspace.upgrade;

import static io.keyferry.keyspace.upgrade.Rule.rule;

import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Set;

/** The rules on entities other than plugins and on the fields that all plugins share. */
final class CoreRules {
    static final List<Rule> ALL = List.of(
            rule(
                    "T2",
                    Steps.TO_2_1,
                    "ca_certificates",
                    "cert_digest is the SHA-256 of the certificate",
                    draft -> certDigest(draft)),
            rule("T4", Steps.TO_2_1, "basicauth_credentials", "the stored hash is carried as it is", draft -> false),
            rule(
                    "T5",
                    Steps.TO_2_1,
                    "oauth2_credentials",
                    "secrets are not hashed, clients are confidential",
                    draft -> {
                        boolean secret = draft.fill("hash_secret", Value.truth(false));
                        return draft.fill("client_type", Value.text("confidential")) || secret;
                    }),
            rule("T6", Steps.TO_2_0, "plugins", "run_on is gone: plugins run everywhere", CoreRules::runOn),
            rule(
                    "T7",
                    Steps.TO_2_1,
                    "upstreams",
                    "an algorithm that is null follows from hash_on",
                    CoreRules::algorithm),
            rule("T8", Steps.TO_2_0, "routes", "a path_handling that is null means v1", CoreRules::pathHandling),
            rule("T8", Steps.TO_2_1, "routes", "a path_handling that is null means v1", CoreRules::pathHandling),
            rule("T12", Steps.TO_2_2, "routes", "requests and responses are buffered", draft -> {
                boolean request = draft.fill("request_buffering", Value.truth(true));
                return draft.fill("response_buffering", Value.truth(true)) || request;
            }),
            rule("T14", Steps.TO_2_3, "certificates", "there is no alternative certificate and key", draft -> false),
            rule(
                    "T15",
                    Steps.TO_2_7,
                    "services",
                    "services are enabled",
                    draft -> draft.fill("enabled", Value.truth(true))),
            rule("T18", Steps.TO_2_4, "services", "tags may hold more characters than before", draft -> false),
            rule("T20", Steps.TO_3_0, "vaults_beta", "vaults_beta are vaults", draft -> true),
            rule("T29", Steps.TO_3_0, "routes", "path_handling v1 is without effect in the new router", draft -> {
                if (draft.text("path_handling").filter("v1"::equals).isPresent()) {
                    draft.warn("T29: path_handling v1 has no effect with Kong 3's default router_flavor"
                            + " traditional_compatible, so that upstream paths may be put together differently; set"
                            + " v0 once its paths are checked, or router_flavor = traditional in kong.conf");
                }
                return false;
            }),
            rule("T34", Steps.TO_3_3, "plugins", "updated_at is null until the next change", draft -> false),
            rule("T35", Steps.TO_3_3, "oauth2_authorization_codes", "codes belong to no plugin", draft -> false));

    private CoreRules() {}

    private static boolean certDigest(Draft draft) {
        if (!draft.isNullOrAbsent("cert_digest")) {
            return false;
        }
        return draft.text("cert")
                .map(pem -> draft.fill("cert_digest", digest(pem, draft)))
                .orElse(false);
    }

    private static Value digest(String pem, Draft draft) {
        try {
            return Value.text(CertificateDigest.of(pem));
        } catch (CertificateException e) {
            throw KeyferryException.refused(
                    draft.origin().key() + ": field cert holds no certificate that can be read (" + e.getMessage()
                            + "). Mend or delete it in the old gateway.");
        }
    }

    /** The service mesh that run_on was for never came; the default said the same as its absence. */
    private static boolean runOn(Draft draft) {
        String runOn = draft.text("run_on").orElse("");
        if (Set.of("second", "all").contains(runOn)
                && !draft.text("name").filter("zipkin"::equals).isPresent()) {
            draft.warn("T6: run_on was '" + runOn + "', which Kong 2.0 and later do not have: the plugin runs on every"
                    + " request that matches it");
        }
        return !runOn.isEmpty();
    }

    /** A null hash_on or hash_fallback means none, but later versions' checks take a null for every value at once. */
    private static boolean algorithm(Draft draft) {
        boolean filled = draft.fill("hash_on", Value.text("none"));
        filled |= draft.fill("hash_fallback", Value.text("none"));
        boolean hashes = !draft.text("hash_on").orElse("none").equals("none");
        return draft.fill("algorithm", Value.text(hashes ? "consistent-hashing" : "round-robin")) || filled;
    }

    private static boolean pathHandling(Draft draft) {
        boolean known =
                draft.text("path_handling").filter(Set.of("v0", "v1")::contains).isPresent();
        if (!known) {
            draft.put("path_handling", Value.text("v1"));
        }
        return !known;
    }
}
