package io.keyferry.migrator.load;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Up to which entity of a document all rows are acknowledged, with none missing before it, and what these entities add
 * up to. Used by one thread; only a {@link Receipt} is also told of answers by others.
 */
final class Watermark {
    /** One entity on its way. Thread-safe, but for what its sender notes. */
    static final class Receipt {
        private final String type;
        private @Nullable String excluded;
        /** One for the sender itself, who may not be done. */
        private final AtomicInteger open = new AtomicInteger(1);

        private final AtomicLong bytes = new AtomicLong();

        private Receipt(String type) {
            this.type = type;
        }

        /** A row of so many bytes is sent. */
        void sent(long size) {
            open.incrementAndGet();
            bytes.addAndGet(size);
        }

        /** A row is acknowledged, or the sender has sent all. */
        void arrived() {
            open.decrementAndGet();
        }

        /** Nothing is sent, for a reason. */
        void exclude(String reason) {
            excluded = reason;
        }
    }

    private final ArrayDeque<Receipt> pending = new ArrayDeque<>();
    private final Map<String, Long> written;
    private final Map<String, Map<String, Long>> excluded = new TreeMap<>();
    private long entities;
    private long bytes;

    /** Goes on from where an earlier import came to. */
    Watermark(ImportState earlier) {
        entities = earlier.entities();
        bytes = earlier.bytes();
        written = new LinkedHashMap<>(earlier.written());
        earlier.excluded().forEach((type, reasons) -> excluded.put(type, new TreeMap<>(reasons)));
    }

    /** The next entity of the document. */
    Receipt next(String type) {
        Receipt receipt = new Receipt(type);
        pending.add(receipt);
        return receipt;
    }

    /** Moves on as far as answers allow, and returns how many entities are below. */
    long advance() {
        for (Receipt first = pending.peek(); first != null && first.open.get() == 0; first = pending.peek()) {
            pending.remove();
            entities++;
            bytes += first.bytes.get();
            if (first.excluded == null) {
                written.merge(first.type, 1L, Long::sum);
            } else {
                excluded.computeIfAbsent(first.type, added -> new TreeMap<>()).merge(first.excluded, 1L, Long::sum);
            }
        }
        return entities;
    }

    /** What lies below. */
    ImportState state() {
        return new ImportState(entities, new LinkedHashMap<>(written), new TreeMap<>(excluded), bytes);
    }
}
