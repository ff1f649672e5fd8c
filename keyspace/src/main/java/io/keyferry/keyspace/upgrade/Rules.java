package io.keyferry.keyspace.upgrade;

import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.model.Value;
import io.keyferry.keyspace.problem.KeyferryException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** All rules on single entities, in the order in which they apply. */
final class Rules {
    private static final KongVersion V2_1 = KongVersion.parse("2.1");
    private static final KongVersion V2_2 = KongVersion.parse("2.2");
    private static final KongVersion V2_3 = KongVersion.parse("2.3");
    private static final KongVersion V2_7 = KongVersion.parse("2.7");
    private static final Set<String> LISTING_PLUGINS = Set.of("acl", "ip-restriction", "bot-detection");

    static final List<Rule> IN_ORDER = List.of(
            rule("T2", V2_1, "ca_certificates", "cert_digest is the SHA-256 of the certificate", Rules::certDigest),
            rule("T3", V2_1, "plugins", "whitelist becomes allow, blacklist becomes deny", Rules::allowAndDeny),
            rule("T4", V2_1, "basicauth_credentials", "the stored hash is carried as it is", draft -> true),
            rule("T5", V2_1, "oauth2_credentials", "secrets are not hashed, clients are confidential", draft -> {
                boolean secret = draft.fill("hash_secret", Value.truth(false));
                return draft.fill("client_type", Value.text("confidential")) || secret;
            }),
            rule("T7", V2_1, "upstreams", "an algorithm that is null follows from hash_on", Rules::algorithm),
            rule("T8", V2_1, "routes", "a path_handling that is null means v1", draft -> {
                boolean known = draft.text("path_handling")
                        .filter(Set.of("v0", "v1")::contains)
                        .isPresent();
                if (!known) {
                    draft.put("path_handling", Value.text("v1"));
                }
                return !known;
            }),
            rule("T12", V2_2, "routes", "requests and responses are buffered", draft -> {
                boolean request = draft.fill("request_buffering", Value.truth(true));
                return draft.fill("response_buffering", Value.truth(true)) || request;
            }),
            rule("T14", V2_3, "certificates", "there is no alternative certificate and key", draft -> {
                boolean certificate = draft.fill("cert_alt", Value.NULL);
                return draft.fill("key_alt", Value.NULL) || certificate;
            }),
            rule("T15", V2_7, "services", "services are enabled", draft -> draft.fill("enabled", Value.truth(true))));

    private Rules() {}

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
            byte[] der = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .getEncoded();
            return Value.text(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(der)));
        } catch (CertificateException e) {
            throw KeyferryException.refused(
                    draft.origin().key() + ": field cert holds no certificate that can be read (" + e.getMessage()
                            + "). Mend or delete it in the old gateway.");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A null hash_on or hash_fallback means none, but later versions' checks take a null for every value at once. */
    private static boolean algorithm(Draft draft) {
        boolean filled = draft.fill("hash_on", Value.text("none"));
        filled |= draft.fill("hash_fallback", Value.text("none"));
        boolean hashes = !draft.text("hash_on").orElse("none").equals("none");
        return draft.fill("algorithm", Value.text(hashes ? "consistent-hashing" : "round-robin")) || filled;
    }

    private static boolean allowAndDeny(Draft draft) {
        if (!draft.text("name").filter(LISTING_PLUGINS::contains).isPresent()) {
            return false;
        }
        Map<String, Value> config = draft.config().orElse(Map.of());
        if (!config.containsKey("whitelist") && !config.containsKey("blacklist")) {
            return false;
        }
        Map<String, Value> renamed = new LinkedHashMap<>(config);
        rename(renamed, "whitelist", "allow");
        rename(renamed, "blacklist", "deny");
        draft.putConfig(renamed);
        return true;
    }

    private static void rename(Map<String, Value> config, String from, String to) {
        Value value = config.remove(from);
        if (value != null && (value != Value.NULL || !config.containsKey(to))) {
            config.put(to, value);
        }
    }

    private static Rule rule(String name, KongVersion version, String type, String summary, Predicate<Draft> change) {
        return new EntityRule(name, version, Set.of(type), summary, change);
    }

    private record EntityRule(
            String name, KongVersion version, Set<String> types, String summary, Predicate<Draft> change)
            implements Rule {
        @Override
        public boolean apply(Draft draft) {
            return change.test(draft);
        }
    }
}
