package io.keyferry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The figures of {@link Bench}, held against the targets.
 *
 * @param remark what else is to be said
 */
record Outcome(Figures figures, String remark) implements BenchCommand.Result {
    /** Rows written by the bare driver, one a request. */
    static final String WRITE_CEILING = "write ceiling";

    /** What Kong's own import was seen to do on a machine like this one. */
    private static final double REAL_KONG_PER_SECOND = 150;

    private static final double NEAR = 0.8;
    private static final double TEN_TIMES = 10;
    private static final double AHEAD = 1;
    private static final double AHEAD_WITHOUT_INDEXES = 1.8;
    private static final String MIGRATE = "migrate, less plan and bootstrap";

    /** @param atLeast what the ratio must be */
    private record Target(String name, double ratio, double atLeast) {
        boolean met() {
            return ratio >= atLeast;
        }
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        add(targets, "export", NEAR);
        add(targets, "import", NEAR);
        figures.comparison("import", JvmCompiler.figures(WRITE_CEILING))
                .ifPresent(found -> targets.add(target("import", found, NEAR)));
        add(targets, "verify", NEAR);
        if (figures.has(MIGRATE)) {
            double apart = figures.seconds("export") + figures.seconds("import") + figures.seconds("verify");
            targets.add(new Target("export + import + verify : " + MIGRATE, apart / figures.seconds(MIGRATE), AHEAD));
            targets.add(new Target(
                    "import : the 150/s of real Kong", figures.rate("import") / REAL_KONG_PER_SECOND, TEN_TIMES));
        }
        figures.comparison("import", List.of("Kong's manner"))
                .ifPresent(found -> targets.add(target("import", found, TEN_TIMES)));
        add(targets, "export of that table", AHEAD);
        add(targets, "load of that table", AHEAD);
        add(targets, "load of that table, no indexes", AHEAD_WITHOUT_INDEXES);
        return targets;
    }

    private void add(List<Target> targets, String name, double atLeast) {
        figures.comparison(name).ifPresent(found -> targets.add(target(name, found, atLeast)));
    }

    private static Target target(String name, Figures.Comparison found, double atLeast) {
        return new Target(name + " : " + found.other(), found.ratio(), atLeast);
    }

    @Override
    public boolean met() {
        return targets().stream().allMatch(Target::met);
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(figures.table()).append('\n');
        for (Target target : targets()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-62s %7.2f, at least %4.1f: %s%n",
                    target.name(),
                    target.ratio(),
                    target.atLeast(),
                    target.met() ? "met" : "MISSED"));
        }
        return text.append(remark).toString();
    }

    @Override
    public JsonNode json() {
        ObjectNode json = figures.json();
        for (Target target : targets()) {
            json.withArray("/targets")
                    .addObject()
                    .put("name", target.name())
                    .put("ratio", target.ratio())
                    .put("atLeast", target.atLeast())
                    .put("met", target.met());
        }
        return json.put("remark", remark);
    }
}
