package io.keyferry.keyspace.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableOwnersTest {
    private final TableOwners owners = TableOwners.known();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rbac_users",
                "rbac_role_entities",
                "admins",
                "groups",
                "workspace_entities",
                "workspace_entity_counters",
                "vitals_codes_by_route",
                "files",
                "document_objects",
                "developers",
                "applications",
                "consumer_groups",
                "consumer_group_plugins",
                "licenses",
                "keyring_meta",
                "event_hooks",
                "audit_requests",
                "login_attempts",
                "mtls_auth_credentials",
                "jwt_signer_jwks",
                "oic_issuers",
                "degraphql_routes",
                "rl_counters"
            })
    void knowsEnterpriseByTheNamesOfItsTables(String table) {
        assertThat(owners.ofEnterprise(table)).isPresent();
        assertThat(owners.isOfKong(table)).isFalse();
    }

    @Test
    void tablesOfAnyOpenSourceVersionAreNobodyElses() {
        for (KongVersion version : Catalog.known()) {
            for (TableLayout table : Catalog.forVersion(version).tables()) {
                assertThat(owners.isOfKong(table.name())).as(table.name()).isTrue();
                assertThat(owners.ofEnterprise(table.name())).as(table.name()).isEmpty();
                assertThat(table.columns()).allMatch(column -> owners.isOfKong(table.name(), column.name()));
            }
        }
        assertThat(owners.isOfKong("consumers", "shoe_size")).isFalse();
        assertThat(owners.isOfKong("loyalty_cards")).isFalse();
    }

    @Test
    void tellsSubsystemsApart() {
        for (KongVersion version : Catalog.known()) {
            assertThat(Catalog.forVersion(version).subsystems())
                    .allMatch(subsystem -> owners.isSubsystemOfKong(subsystem.name()));
        }
        assertThat(owners.isSubsystemOfKong("core")).isTrue();
        assertThat(owners.isSubsystemOfKong("acme")).isTrue();
        assertThat(owners.isSubsystemOfKong("proxy-cache")).isFalse();
        assertThat(owners.isSubsystemOfKong("loyalty")).isFalse();
        assertThat(owners.isSubsystemOfEnterprise("enterprise")).isTrue();
        assertThat(owners.isSubsystemOfEnterprise("enterprise.acl")).isTrue();
        assertThat(owners.isSubsystemOfEnterprise("loyalty")).isFalse();
    }
}
