package io.keyferry.migrator;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another address of a node, with a bad network behind it: connections are cut after some time, half closed, stalled,
 * and what passes is delayed. The same seed gives each connection, by its number, the same fate. Thread-safe.
 */
public final class FaultyProxy implements AutoCloseable {
    /** How bad the network is. */
    public enum Weather {
        /** Everything passes at once, but for {@link FaultyProxy#delay} and {@link FaultyProxy#hold}. */
        FAIR,
        /** Every connection ends sooner or later, in one of several ways. */
        FOUL
    }

    private static final int CHUNK = 8 << 10;
    private static final int LEAST_BYTES = 20_000;
    private static final int MOST_BYTES = 1_500_000;
    private static final int SLOW_PERCENT = 4;
    private static final int MOST_MILLIS = 40;
    private static final int STALL_MILLIS = 4_000;

    private enum End {
        CUT,
        HALF_CLOSED_TO_THE_NODE,
        HALF_CLOSED_TO_THE_CLIENT,
        STALLED
    }

    private final ServerSocket server = new ServerSocket();
    private final InetSocketAddress node;
    private final Weather weather;
    private final long seed;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicLong delayMillis = new AtomicLong();
    private volatile CountDownLatch held = new CountDownLatch(0);

    /** Listens on a port of its own. */
    public FaultyProxy(InetSocketAddress node, Weather weather, long seed) throws IOException {
        this.node = node;
        this.weather = weather;
        this.seed = seed;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** From now on, each answer of the node comes so much later. */
    public void delay(long millis) {
        delayMillis.set(millis);
    }

    /** How many connections were ended on purpose. */
    public int ended() {
        return ended.get();
    }

    /** From now on no answer of the node comes, until {@link #letGo}. */
    public void hold() {
        held = new CountDownLatch(1);
    }

    /** What was held comes, and what follows. */
    public void letGo() {
        held.countDown();
    }

    @Override
    public void close() throws IOException {
        letGo();
        server.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            int number = connections.incrementAndGet();
            start(() -> connect(client, number));
        }
    }

    private void connect(Socket client, int number) throws IOException {
        Socket onward = new Socket(node.getAddress(), node.getPort());
        SplittableRandom fate = new SplittableRandom(seed * 1_000_003 + number);
        End end = End.values()[fate.nextInt(End.values().length)];
        AtomicLong left =
                new AtomicLong(weather == Weather.FAIR ? Long.MAX_VALUE : fate.nextLong(LEAST_BYTES, MOST_BYTES));
        SplittableRandom there = fate.split();
        SplittableRandom back = fate.split();
        start(() -> pump(client, onward, new Passage(end, left, there, false)));
        start(() -> pump(onward, client, new Passage(end, left, back, true)));
    }

    private record Passage(End end, AtomicLong left, SplittableRandom random, boolean answers) {}

    private void pump(Socket from, Socket to, Passage passage) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                long before = passage.left().getAndAdd(-read);
                if (before > 0 && before - read <= 0) {
                    end(from, to, passage);
                    return;
                }
                pause(passage);
                out.write(chunk, 0, read);
            }
        }
    }

    private void end(Socket from, Socket to, Passage passage) throws IOException {
        ended.incrementAndGet();
        Socket client = passage.answers() ? to : from;
        Socket nodes = passage.answers() ? from : to;
        switch (passage.end()) {
            case CUT -> {
                // A reset, not an orderly end: what is still on its way is lost.
                client.setSoLinger(true, 0);
                nodes.setSoLinger(true, 0);
            }
            case HALF_CLOSED_TO_THE_NODE -> {
                nodes.shutdownOutput();
                sleep(STALL_MILLIS / 4);
            }
            case HALF_CLOSED_TO_THE_CLIENT -> {
                client.shutdownOutput();
                sleep(STALL_MILLIS / 4);
            }
            case STALLED -> sleep(STALL_MILLIS);
        }
    }

    private void pause(Passage passage) throws InterruptedIOException {
        if (passage.answers()) {
            await(held);
        }
        long millis = passage.answers() ? delayMillis.get() : 0;
        if (weather == Weather.FOUL && passage.random().nextInt(100) < SLOW_PERCENT) {
            millis += passage.random().nextInt(MOST_MILLIS);
        }
        if (millis > 0) {
            sleep(millis);
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedIOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Pumping pumping) {
        Thread thread = new Thread(() -> {
            try {
                pumping.run();
            } catch (IOException e) {
                // One end has closed, which ends the other.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Pumping {
        void run() throws IOException;
    }
}
