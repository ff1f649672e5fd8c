package io.keyferry.keyspace.cql;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Another address of the same node: passes bytes to and fro. */
final class Forwarder implements AutoCloseable {
    private final ServerSocket server = new ServerSocket();
    private final InetSocketAddress node;

    Forwarder(String address, InetSocketAddress node) throws IOException {
        this.node = node;
        server.bind(new InetSocketAddress(address, 0));
        start(this::accept);
    }

    ContactPoint contactPoint() {
        return new ContactPoint(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket onward = new Socket(node.getAddress(), node.getPort());
            start(() -> pump(client, onward));
            start(() -> pump(onward, client));
        }
    }

    private static void pump(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
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
