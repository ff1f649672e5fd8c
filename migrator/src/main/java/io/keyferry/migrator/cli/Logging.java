package io.keyferry.migrator.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.keyferry.keyspace.problem.KeyferryException;
import org.slf4j.LoggerFactory;

/**
 * All that goes to stderr: the log, and what is said to people directly. As text, or each as one JSON object on a line.
 * Static, because the logging library is.
 */
final class Logging {
    private static final String TEXT = "text";
    private static final String JSON = "json";
    private static final String FORMAT = "keyferry.format";
    private static final String OURS = "io.keyferry";
    /** Back to the line's start and clear it: a bar may stand there, which is drawn again on the next line. */
    private static final String OVER_THE_BAR = "\r\u001b[K";

    private Logging() {}

    static void configure(Level level, String format) {
        if (!format.equals(TEXT) && !format.equals(JSON)) {
            throw KeyferryException.usage("--log-format takes text or json, not '" + format + "'");
        }
        LoggerContext context = context();
        context.reset();
        context.putProperty(FORMAT, format);
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(format.equals(JSON) ? json(context) : text(context));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.ERROR);
        root.addAppender(appender);
        context.getLogger(OURS).setLevel(level);
        // The node says itself how it starts; RehearseCommand says it once.
        context.getLogger(OURS + ".rehearsal").setLevel(Level.WARN);
        // The driver tells of every node it cannot reach; we tell of it once, with a remedy.
        context.getLogger("com.datastax.oss.driver").setLevel(Level.OFF);
        context.getLogger("io.netty").setLevel(Level.OFF);
        // The bars ask the terminal for its width, and may do without.
        context.getLogger("org.jline").setLevel(Level.OFF);
    }

    /** Says something to whoever started us, unless all is to be quiet. */
    static void say(String text) {
        if (isJson()) {
            ours().info("{}", text.strip());
        } else if (ours().isInfoEnabled()) {
            System.err.println(beginning() + text.stripTrailing());
        }
    }

    /** Says what went wrong. */
    static void error(String text) {
        if (isJson()) {
            ours().error("{}", text);
        } else {
            System.err.println(beginning() + "keyferry: " + text);
        }
    }

    static boolean isJson() {
        return JSON.equals(context().getProperty(FORMAT));
    }

    private static String beginning() {
        return Terminal.showsErrors() ? OVER_THE_BAR : "";
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static Logger ours() {
        return context().getLogger(OURS);
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(beginning() + "%d{HH:mm:ss} %msg%n");
        text.start();
        return text;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder json = new JsonEncoder();
        json.setContext(context);
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithContext(false);
        json.setWithMDC(false);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.start();
        return json;
    }
}
