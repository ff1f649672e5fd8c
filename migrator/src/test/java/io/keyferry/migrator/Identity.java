package io.keyferry.migrator;

/** What a keyspace has for itself. */
final class Identity {
    static final Allowance<RowDifference> WORKSPACE = new Allowance<>(
            "the default workspace is created when we bootstrap",
            difference -> difference.in("workspaces")
                    && difference.isValueOf("created_at")
                    && difference.ours().isTextual());

    static final Allowance<RowDifference> CLUSTER_ID = new Allowance<>(
            "the cluster id belongs to a keyspace; ours has its own",
            difference -> difference.in("parameters")
                    && difference.key().equals("cluster_id")
                    && difference.isValueOf("value")
                    && difference.ours().asText().length()
                            == difference.kong().asText().length());

    private Identity() {}
}
