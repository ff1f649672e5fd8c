package io.keyferry.keyspace.cql;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Asks one contact point whether Cassandra answers there, by one OPTIONS frame. The driver calls a closed port, TLS
 * against plain and a foreign certificate alike; a person needs to know which it is. Blocks for seconds at worst.
 */
final class Probe {
    /** What one contact point turned out to be: an address that answers, or a reason in words. */
    record Finding(ContactPoint point, Optional<InetSocketAddress> address, String failure) {
        static Finding answers(ContactPoint point, InetSocketAddress address) {
            return new Finding(point, Optional.of(address), "");
        }

        static Finding fails(ContactPoint point, String failure) {
            return new Finding(point, Optional.empty(), failure);
        }
    }

    private enum Reply {
        CASSANDRA,
        SILENCE,
        SOMETHING_ELSE
    }

    private static final int TIMEOUT_MILLIS = 4_000;
    /** After all others; together they stay well below what a probe may take. */
    private static final int TLS_TIMEOUT_MILLIS = 2_000;

    private static final byte[] OPTIONS = {4, 0, 0, 0, 5, 0, 0, 0, 0};
    private static final int RESPONSE_BIT = 0x80;

    private final Side side;
    private final Tls tls;
    private final @Nullable SSLContext context;

    Probe(Side side, Tls tls, @Nullable SSLContext context) {
        this.side = side;
        this.tls = tls;
        this.context = context;
    }

    Finding ask(ContactPoint point) {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(point.host());
        } catch (UnknownHostException e) {
            return Finding.fails(point, "the name cannot be resolved");
        }
        String failure = "";
        for (InetAddress address : addresses) {
            InetSocketAddress socketAddress = new InetSocketAddress(address, point.port());
            failure = context == null ? askPlainly(socketAddress) : askEncrypted(context, point.host(), socketAddress);
            if (failure.isEmpty()) {
                return Finding.answers(point, socketAddress);
            }
        }
        return Finding.fails(point, failure);
    }

    private String askPlainly(InetSocketAddress address) {
        Reply reply;
        try (Socket socket = connect(address)) {
            reply = converse(socket);
        } catch (IOException e) {
            return unreachable(e);
        }
        if (reply != Reply.CASSANDRA && speaksTls(address)) {
            return "speaks TLS, and this place does not: add tls=true to the URI, or cassandra_ssl = on to the kong.conf";
        }
        return inWords(reply);
    }

    private String askEncrypted(SSLContext trusting, String host, InetSocketAddress address) {
        try (Socket socket = connect(address);
                SSLSocket encrypted = encrypt(trusting, socket, host, address.getPort())) {
            if (tls instanceof Tls.On on && on.check() == Tls.Check.HOSTNAME) {
                SSLParameters parameters = encrypted.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                encrypted.setSSLParameters(parameters);
            }
            encrypted.startHandshake();
            return inWords(conversed(encrypted));
        } catch (SSLException e) {
            return speaksPlainly(address)
                    ? "does not speak TLS: leave out tls=true (cassandra_ssl = off), or name the port that does (often 9142)"
                    : refusal(e);
        } catch (IOException e) {
            return unreachable(e);
        }
    }

    private static String refusal(SSLException failure) {
        CertificateException certificate = Reasons.find(failure, CertificateException.class);
        String reason = Reasons.of(failure);
        if (certificate != null && (reason.contains("subject alternative") || reason.contains("No name matching"))) {
            return "its certificate is for another host (" + reason
                    + "): name the host as the certificate does; or, in a URI, verify_hostname=false";
        }
        if (certificate != null || reason.contains("PKIX")) {
            return "its certificate is not trusted (" + reason
                    + "): name the authority that signed it with ca=FILE or truststore=FILE in the URI, or"
                    + " lua_ssl_trusted_certificate in the kong.conf";
        }
        if (reason.contains("alert") && reason.contains("certificate")) {
            return "wants a certificate from us (" + reason
                    + "): name one with cert=FILE&key=FILE or keystore=FILE in a URI";
        }
        return "TLS fails (" + reason + ")";
    }

    private static String unreachable(IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            return "no answer within " + TIMEOUT_MILLIS / 1000 + " s: a wrong address, or a firewall?";
        }
        if (failure instanceof ConnectException && Reasons.of(failure).contains("refused")) {
            return "connection refused: nothing listens there; Cassandra listens on rpc_address and native_transport_port";
        }
        if (failure instanceof NoRouteToHostException) {
            return "no route to the host";
        }
        return Reasons.of(failure);
    }

    private static String inWords(Reply reply) {
        return switch (reply) {
            case CASSANDRA -> "";
            case SILENCE ->
                "accepts connections, but does not answer as Cassandra within " + TIMEOUT_MILLIS / 1000 + " s";
            case SOMETHING_ELSE -> "answers, but not as Cassandra does";
        };
    }

    private boolean speaksTls(InetSocketAddress address) {
        try (Socket socket = connect(address);
                SSLSocket encrypted =
                        encrypt(TlsContext.gullible(side), socket, address.getHostString(), address.getPort())) {
            encrypted.setSoTimeout(TLS_TIMEOUT_MILLIS);
            encrypted.startHandshake();
            return true;
        } catch (SSLHandshakeException e) {
            return Reasons.of(e).contains("alert");
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean speaksPlainly(InetSocketAddress address) {
        try (Socket socket = connect(address)) {
            return converse(socket) == Reply.CASSANDRA;
        } catch (IOException e) {
            return false;
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static SSLSocket encrypt(SSLContext context, Socket socket, String host, int port) throws IOException {
        return (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
    }

    private static Reply converse(Socket socket) {
        try {
            return conversed(socket);
        } catch (IOException e) {
            return Reply.SOMETHING_ELSE;
        }
    }

    private static Reply conversed(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(OPTIONS);
            int first = new DataInputStream(socket.getInputStream()).readUnsignedByte();
            return (first & RESPONSE_BIT) != 0 ? Reply.CASSANDRA : Reply.SOMETHING_ELSE;
        } catch (SocketTimeoutException e) {
            return Reply.SILENCE;
        } catch (EOFException e) {
            return Reply.SOMETHING_ELSE;
        }
    }
}
