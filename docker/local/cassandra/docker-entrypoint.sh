#!/bin/bash
# Writes cassandra.yaml from the variables of the official image, and becomes Cassandra.
set -euo pipefail

address=$(hostname -i | cut -d' ' -f1)
listen=${CASSANDRA_LISTEN_ADDRESS:-auto}
[ "$listen" != auto ] || listen=$address
broadcast=${CASSANDRA_BROADCAST_ADDRESS:-auto}
[ "$broadcast" != auto ] || broadcast=$listen
data=/var/lib/cassandra

# Names of times and sizes are the old ones with their units, which 3.11 to 5.0 all take.
cat >"$CASSANDRA_CONF/cassandra.yaml" <<YAML
cluster_name: "${CASSANDRA_CLUSTER_NAME:-Test Cluster}"
num_tokens: ${CASSANDRA_NUM_TOKENS:-1}
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: ${CASSANDRA_ENDPOINT_SNITCH:-SimpleSnitch}
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${CASSANDRA_SEEDS:-$broadcast}"
listen_address: $listen
broadcast_address: $broadcast
rpc_address: ${CASSANDRA_RPC_ADDRESS:-0.0.0.0}
broadcast_rpc_address: ${CASSANDRA_BROADCAST_RPC_ADDRESS:-$broadcast}
storage_port: 7000
ssl_storage_port: 7001
native_transport_port: 9042
start_native_transport: true
data_file_directories: [$data/data]
commitlog_directory: $data/commitlog
saved_caches_directory: $data/saved_caches
hints_directory: $data/hints
cdc_raw_directory: $data/cdc_raw
commitlog_sync: periodic
commitlog_sync_period_in_ms: 10000
commitlog_segment_size_in_mb: 8
memtable_allocation_type: unslabbed_heap_buffers
authenticator: ${CASSANDRA_AUTHENTICATOR:-AllowAllAuthenticator}
authorizer: ${CASSANDRA_AUTHORIZER:-AllowAllAuthorizer}
YAML
cat >"$CASSANDRA_CONF/cassandra-rackdc.properties" <<PROPERTIES
dc=${CASSANDRA_DC:-dc1}
rack=${CASSANDRA_RACK:-rack1}
PROPERTIES

options=()
case $CASSANDRA_VERSION in
    3.* | 4.*) options+=("-javaagent:$(ls "$CASSANDRA_HOME"/lib/jamm-*.jar)") ;;
esac
case $CASSANDRA_VERSION in
    3.*) echo 'start_rpc: false' >>"$CASSANDRA_CONF/cassandra.yaml" ;;
esac

# A JVM in a control group of version 1 sees no limit of memory, so there always is a maximum. The options are words.
# shellcheck disable=SC2086
exec java @"$CASSANDRA_CONF/jvm.options" -Xmx"${MAX_HEAP_SIZE:-512M}" \
    -Dcassandra.config="file://$CASSANDRA_CONF/cassandra.yaml" -Dcassandra.storagedir="$data" \
    -Dlogback.configurationFile="$CASSANDRA_CONF/logback.xml" \
    "${options[@]}" ${JVM_OPTS:-} ${JVM_EXTRA_OPTS:-} \
    -cp "$CASSANDRA_CONF:$CASSANDRA_HOME/lib/*" org.apache.cassandra.service.CassandraDaemon
