package io.keyferry.migrator.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keyferry.migrator.load.ImportJournal;
import io.keyferry.migrator.load.ImportState;
import java.util.Map;
import java.util.TreeMap;

/** An import's progress as records of a run's journal. */
final class JournaledImport implements ImportJournal {
    static final String WRITTEN = "written";

    private final WorkDirectory work;

    JournaledImport(WorkDirectory work) {
        this.work = work;
    }

    @Override
    public ImportState earlier() {
        return work.past().imported();
    }

    @Override
    public void reached(ImportState state) {
        ObjectNode details = Journal.details();
        details.put("entities", state.entities());
        details.put("bytes", state.bytes());
        ObjectNode written = details.putObject("written");
        state.written().forEach(written::put);
        ObjectNode excluded = details.putObject("excluded");
        state.excluded().forEach((type, reasons) -> reasons.forEach(excluded.putObject(type)::put));
        work.journal(WRITTEN, details);
    }

    /** What a record says. */
    static ImportState of(JsonNode record) {
        Map<String, Map<String, Long>> excluded = new TreeMap<>();
        record.path("excluded")
                .properties()
                .forEach(type -> excluded.put(type.getKey(), JournaledExport.counts(type.getValue())));
        return new ImportState(
                record.path("entities").asLong(),
                JournaledExport.counts(record.path("written")),
                excluded,
                record.path("bytes").asLong());
    }
}
