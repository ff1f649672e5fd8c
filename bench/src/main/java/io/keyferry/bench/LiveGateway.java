package io.keyferry.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * What a gateway asks of its keyspace, by the driver alone: consumers and routes by id and credentials by key, as one
 * reads them whose cache misses, and the counters of its plugin rate-limiting. It asks at a fixed rate, whether answers
 * come or not, and a request counts from when it was meant to be sent: a server that stands still delays all that would
 * have been asked meanwhile. A program of its own:
 * {@code HOST PORT DATACENTER KEYSPACE READS_A_SECOND WRITES_A_SECOND FILE}. It ends when its standard input does, and
 * writes one {@link LiveSample} a line then.
 */
final class LiveGateway {
    private static final int KNOWN = 1_000;
    private static final int MOST_UNANSWERED = 20_000;
    private static final List<String> PERIODS = List.of("second", "minute", "hour");
    private static final double MICROS = 1e6;
    private static final long MICROS_PER_MILLI = 1_000;

    private final CqlSession session;
    private final List<LiveSample> samples = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
    private final Random random = new Random(1);

    private LiveGateway(CqlSession session) {
        this.session = session;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        try (CqlSession session = BareDriver.connect(args)) {
            LiveGateway gateway = new LiveGateway(session);
            gateway.serve(args[3], Double.parseDouble(args[4]), Double.parseDouble(args[5]));
            Files.write(
                    Path.of(args[6]),
                    gateway.samples.stream().map(LiveSample::line).toList());
        }
    }

    private void serve(String keyspace, double reads, double writes) throws InterruptedException {
        List<Supplier<BoundStatement>> readers = List.of(
                byKey(keyspace, "consumers", "id", ""),
                byKey(keyspace, "keyauth_credentials", "key", ""),
                byKey(keyspace, "routes", "id", "partition = 'routes' AND "));
        Supplier<BoundStatement> writer = counting(keyspace);

        AtomicBoolean ended = endOfInput();
        long began = System.nanoTime();
        long beganMicros = System.currentTimeMillis() * MICROS_PER_MILLI;
        long reading = 0;
        long writing = 0;
        while (!ended.get()) {
            long nextRead = (long) (reading / reads * MICROS);
            long nextWrite = (long) (writing / writes * MICROS);
            boolean read = nextRead <= nextWrite;
            long at = Math.min(nextRead, nextWrite);
            long meant = began + TimeUnit.MICROSECONDS.toNanos(at);
            for (long wait = meant - System.nanoTime(); wait > 0; wait = meant - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            if (read) {
                ask(readers.get((int) (reading % readers.size())).get(), true, beganMicros + at, meant);
                reading++;
            } else {
                ask(writer.get(), false, beganMicros + at, meant);
                writing++;
            }
        }
        unanswered.acquire(MOST_UNANSWERED);
    }

    private static AtomicBoolean endOfInput() {
        AtomicBoolean ended = new AtomicBoolean();
        Thread waiting = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // What is typed says nothing.
                }
                ended.set(true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        waiting.setDaemon(true);
        waiting.start();
        return ended;
    }

    /** Reads rows by a key each, one of a thousand that there are. */
    private Supplier<BoundStatement> byKey(String keyspace, String table, String key, String first) {
        String from = " FROM " + keyspace + "." + table;
        List<Object> keys = new ArrayList<>();
        for (Row row : session.execute("SELECT " + key + from + " LIMIT " + KNOWN)) {
            keys.add(row.getObject(0));
        }
        PreparedStatement select = session.prepare("SELECT *" + from + " WHERE " + first + key + " = ?");
        return () -> select.bind(keys.get(random.nextInt(keys.size())));
    }

    /** Counts requests, as rate-limiting with the policy {@code cluster} does. */
    private Supplier<BoundStatement> counting(String keyspace) {
        PreparedStatement count = session.prepare("UPDATE " + keyspace + ".ratelimiting_metrics SET value = value + 1"
                + " WHERE route_id = ? AND service_id = ? AND identifier = ? AND period_date = ? AND period = ?");
        UUID none = new UUID(0, 0);
        return () -> count.bind(
                none,
                none,
                "consumer " + random.nextInt(KNOWN),
                Instant.now(),
                PERIODS.get(random.nextInt(PERIODS.size())));
    }

    private void ask(BoundStatement statement, boolean read, long atMicros, long meant) throws InterruptedException {
        unanswered.acquire();
        var unused = session.executeAsync(statement).whenComplete((rows, failure) -> {
            long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - meant);
            samples.add(new LiveSample(atMicros, read, failure == null, took));
            unanswered.release();
        });
    }
}
