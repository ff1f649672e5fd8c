package io.keyferry.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;

/**
 * Free ports on several loopback addresses at once.
 *
 * <p>They are looked for below the range from which Linux takes the ports of outgoing connections (32768 and up), so
 * that nothing takes one by chance before the node binds it. Another process can still do so on purpose.
 */
final class Ports {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private final Random random = new Random();

    int free(List<String> addresses) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = LOWEST + random.nextInt(HIGHEST - LOWEST);
            if (addresses.stream().allMatch(address -> isFree(address, port))) {
                return port;
            }
        }
        throw new RehearsalException("No port between " + LOWEST + " and " + HIGHEST + " is free on " + addresses
                + ". Where 127.0.0.2 and 127.0.0.3 do not exist (macOS), add them:"
                + " 'sudo ifconfig lo0 alias 127.0.0.2 up'.");
    }

    static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As Cassandra's own sockets: a port with connections in TIME_WAIT is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
