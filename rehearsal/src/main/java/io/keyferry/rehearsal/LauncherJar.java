package io.keyferry.rehearsal;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A jar with nothing but {@link NodeLauncher}: the node must not see our other classes and libraries, and a class data
 * archive accepts jars only, with the size and time that they had when it was made.
 */
final class LauncherJar {
    private static final String ENTRY = NodeLauncher.class.getName().replace('.', '/') + ".class";
    private static final long ANY_FIXED_TIME = 1_700_000_000_000L;

    private LauncherJar() {}

    /** Writes the jar into {@code directory} unless it is there already with the same content. */
    static Path in(Path directory) throws IOException {
        byte[] content = content();
        Path jar = directory.resolve("launcher.jar");
        if (Files.exists(jar) && Arrays.equals(Files.readAllBytes(jar), content)) {
            return jar;
        }
        Path unfinished =
                directory.resolve("launcher.jar." + ProcessHandle.current().pid() + ".tmp");
        Files.write(unfinished, content);
        Files.move(unfinished, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return jar;
    }

    private static byte[] content() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes);
                InputStream launcher =
                        requireNonNull(NodeLauncher.class.getResourceAsStream("NodeLauncher.class"), ENTRY)) {
            ZipEntry entry = new ZipEntry(ENTRY);
            entry.setTime(ANY_FIXED_TIME);
            zip.putNextEntry(entry);
            launcher.transferTo(zip);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }
}
