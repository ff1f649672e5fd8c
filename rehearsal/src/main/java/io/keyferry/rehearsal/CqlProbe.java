package io.keyferry.rehearsal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Asks a node, in a few frames of the native protocol (v4, which 3.11 to 5.0 speak), whether it serves.
 *
 * <p>A port that can be connected to is not enough: Cassandra accepts connections before it answers. The driver would do,
 * but logs a warning with a stack trace for each attempt that comes too early.
 */
final class CqlProbe {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final byte REQUEST_V4 = 0x04;
    private static final int ERROR = 0x00;
    private static final int STARTUP = 0x01;
    private static final int READY = 0x02;
    private static final int AUTHENTICATE = 0x03;
    private static final int OPTIONS = 0x05;
    private static final int SUPPORTED = 0x06;
    private static final int QUERY = 0x07;
    private static final int RESULT = 0x08;
    private static final int AUTH_RESPONSE = 0x0F;
    private static final int AUTH_SUCCESS = 0x10;
    private static final int ONE = 0x0001;
    private static final int ALL = 0x0005;
    private static final int LARGEST_ANSWER = 1 << 20;

    private final InetSocketAddress address;
    private final Optional<SSLContext> encryption;
    private final Optional<Credentials> credentials;

    CqlProbe(InetSocketAddress address, Optional<SSLContext> encryption, Optional<Credentials> credentials) {
        this.address = address;
        this.encryption = encryption;
        this.credentials = credentials;
    }

    /**
     * Returns when the node answers, lets us in, and sees as many nodes as it should, each of them alive.
     *
     * @throws IOException with what it said instead, when it is not (yet) so
     */
    void check(int nodes) throws IOException {
        try (Socket socket = connect();
                DataOutputStream output = new DataOutputStream(socket.getOutputStream());
                DataInputStream input = new DataInputStream(socket.getInputStream())) {
            Conversation node = new Conversation(output, input);
            node.ask(OPTIONS, new byte[0], SUPPORTED);
            Answer start = node.ask(STARTUP, startup(), READY, AUTHENTICATE);
            if (start.opcode == AUTHENTICATE) {
                Credentials login = credentials.orElseThrow(() -> new IOException("it asks for a password"));
                node.ask(AUTH_RESPONSE, authentication(login), AUTH_SUCCESS);
            }
            if (nodes > 1) {
                checkPeers(node, nodes);
            }
        }
    }

    /**
     * The driver believes in schema agreement as soon as it knows no node that disagrees, so a node must be known fully
     * before it is asked for DDL.
     */
    private static void checkPeers(Conversation node, int nodes) throws IOException {
        UUID schema = lastUuid(node.ask(QUERY, query("SELECT schema_version FROM system.local", ONE), RESULT));
        String agreeing =
                "SELECT COUNT(rpc_address) FROM system.peers WHERE schema_version = " + schema + " ALLOW FILTERING";
        long seen = 1 + lastLong(node.ask(QUERY, query(agreeing, ONE), RESULT));
        if (seen != nodes) {
            throw new IOException("it agrees with " + seen + " of " + nodes + " nodes on the schema");
        }
        String anyReplicated = "SELECT role FROM system_auth.roles WHERE role = 'nobody'";
        node.ask(QUERY, query(anyReplicated, ALL), RESULT);
    }

    private Socket connect() throws IOException {
        Socket plain = new Socket();
        plain.setSoTimeout(TIMEOUT_MILLIS);
        plain.connect(address, TIMEOUT_MILLIS);
        if (encryption.isEmpty()) {
            return plain;
        }
        SSLSocket secure = (SSLSocket) encryption
                .get()
                .getSocketFactory()
                .createSocket(plain, address.getHostString(), address.getPort(), true);
        secure.startHandshake();
        return secure;
    }

    private static byte[] startup() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeShort(1);
        // writeUTF is the protocol's [string] for what is plain ASCII.
        body.writeUTF("CQL_VERSION");
        body.writeUTF("3.0.0");
        return bytes.toByteArray();
    }

    private static byte[] authentication(Credentials login) throws IOException {
        byte[] token = ("\0" + login.user() + "\0" + login.password()).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeInt(token.length);
        body.write(token);
        return bytes.toByteArray();
    }

    private static byte[] query(String cql, int consistency) throws IOException {
        byte[] text = cql.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeInt(text.length);
        body.write(text);
        body.writeShort(consistency);
        body.writeByte(0);
        return bytes.toByteArray();
    }

    private static UUID lastUuid(Answer answer) throws IOException {
        ByteBuffer value = last(answer, 2 * Long.BYTES);
        return new UUID(value.getLong(), value.getLong());
    }

    private static long lastLong(Answer answer) throws IOException {
        return last(answer, Long.BYTES).getLong();
    }

    /** The only value of the only row of a result stands at its end. */
    private static ByteBuffer last(Answer answer, int length) throws IOException {
        int size = answer.body.limit();
        if (size < length) {
            throw new IOException("its answer has " + size + " bytes only");
        }
        return answer.body.slice(size - length, length);
    }

    private record Answer(int opcode, ByteBuffer body) {}

    private record Conversation(DataOutputStream output, DataInputStream input) {
        Answer ask(int opcode, byte[] body, int... wanted) throws IOException {
            output.writeByte(REQUEST_V4);
            output.writeByte(0);
            output.writeShort(0);
            output.writeByte(opcode);
            output.writeInt(body.length);
            output.write(body);
            output.flush();
            input.readInt();
            int answered = input.readUnsignedByte();
            int length = input.readInt();
            if (length < 0 || length > LARGEST_ANSWER) {
                throw new IOException("it does not speak the native protocol");
            }
            byte[] content = input.readNBytes(length);
            for (int good : wanted) {
                if (answered == good) {
                    return new Answer(answered, ByteBuffer.wrap(content));
                }
            }
            if (answered == ERROR && length > 6) {
                throw new IOException("it answers: " + new String(content, 6, length - 6, StandardCharsets.UTF_8));
            }
            throw new IOException("it answers with opcode " + answered);
        }
    }
}
