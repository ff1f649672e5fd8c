package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.cql.Probe.Finding;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.Problems;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Probes all contact points of a place at once. */
final class Reachable {
    private static final int SECONDS = 10;

    private Reachable() {}

    /**
     * The addresses that answer as Cassandra.
     *
     * @throws KeyferryException (SOURCE or TARGET) when none does, saying of each why
     */
    static List<InetSocketAddress> of(KeyspaceAddress address, Side side, Probe probe) {
        List<InetSocketAddress> reachable = new ArrayList<>();
        Problems problems = new Problems();
        for (Finding finding : ask(address.contactPoints(), side, probe)) {
            finding.address()
                    .ifPresentOrElse(reachable::add, () -> problems.add(finding.point() + ": " + finding.failure()));
        }
        if (reachable.isEmpty()) {
            problems.throwIfAny(side.failure(), "cannot reach the " + side.noun() + " " + address.describe() + ":");
        }
        return reachable;
    }

    private static List<Finding> ask(List<ContactPoint> points, Side side, Probe probe) {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "keyferry-probe");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Callable<Finding>> questions = new ArrayList<>();
            points.forEach(point -> questions.add(() -> probe.ask(point)));
            List<Finding> findings = new ArrayList<>();
            for (Future<Finding> answer : threads.invokeAll(questions, SECONDS, TimeUnit.SECONDS)) {
                findings.add(finding(points.get(findings.size()), answer));
            }
            return findings;
        } catch (InterruptedException e) {
            throw ConnectFailures.interrupted(side);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Finding finding(ContactPoint point, Future<Finding> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (CancellationException e) {
            return Finding.fails(point, "no answer within " + SECONDS + " s");
        } catch (ExecutionException e) {
            return Finding.fails(point, Reasons.of(e.getCause() == null ? e : e.getCause()));
        }
    }
}
