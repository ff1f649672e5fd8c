package io.keyferry.migrator.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM compile by its quick compiler all but what computes in loops: digests, ciphers, compression, sorting. Half of
 * the processor time of a run of 200,000 entities was the thorough compiler's, on cores that Cassandra wants, too; without
 * it altogether SHA-256 and AES would not be instructions of the processor ({@code docs/performance.md}); what they take
 * the place of, {@code SHA2.implCompress0}, is not worth compiling well, as nobody calls it then. The JVM takes
 * such directives at its start as well, but then says so on each start. Where a JVM does not know them, all is as ever.
 */
final class QuickCompiler {
    /** The property of the JVM that asks for it, by the value {@value #WANTED}; the launcher sets it. */
    private static final String PROPERTY = "keyferry.compiler";

    private static final String WANTED = "quick";
    private static final Logger LOG = LoggerFactory.getLogger(QuickCompiler.class);

    private QuickCompiler() {}

    /** Asks for it where the property says so, in a thread of its own: it takes a tenth of a second. */
    static void chooseWhereWanted() {
        if (WANTED.equals(System.getProperty(PROPERTY))) {
            Thread thread = new Thread(QuickCompiler::choose, "keyferry-compiler");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void choose() {
        try {
            LOG.debug("{}", chosen());
        } catch (IOException | JMException | RuntimeException e) {
            LOG.debug("the JVM compiles as it likes: {}", e.toString());
        }
    }

    /** What the JVM answers, which wants the directives in a file. */
    static String chosen() throws IOException, JMException {
        Path file = Files.createTempFile("keyferry-compiler-", ".json");
        // A run may end meanwhile.
        file.toFile().deleteOnExit();
        try (InputStream directives =
                requireNonNull(QuickCompiler.class.getResourceAsStream("compiler.json"), "no compiler.json")) {
            Files.copy(directives, file, StandardCopyOption.REPLACE_EXISTING);
            return String.valueOf(ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "compilerDirectivesAdd",
                            new Object[] {new String[] {file.toString()}},
                            new String[] {String[].class.getName()}));
        } finally {
            Files.delete(file);
        }
    }
}
