package io.keyferry.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.Connector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The arrows of the architecture as rules: what each room may know, and what only some rooms may do. */
final class Arrows {
    private static final String ROOT = "io.keyferry.";
    private static final List<String> FOR_ALL = List.of("keyspace.problem", "keyspace.listen", "keyspace.pace");

    private static final List<String> KEYSPACE = List.of(
            "keyspace.catalog",
            "keyspace.model",
            "keyspace.codec",
            "keyspace.cql",
            "keyspace.read",
            "keyspace.document",
            "keyspace.upgrade",
            "keyspace.sample",
            "keyspace.spill");
    private static final List<String> VERIFIER = List.of("verifier.digest", "verifier.verify", "verifier.report");

    /** What each room may know besides itself, {@link #FOR_ALL} and what is not ours. */
    private static final Map<String, List<String>> MAY_KNOW = new LinkedHashMap<>();

    static {
        room("rehearsal");
        room("keyspace.problem");
        room("keyspace.listen");
        room("keyspace.pace");
        room("keyspace.catalog");
        room("keyspace.model", "keyspace.catalog");
        room("keyspace.codec", "keyspace.model", "keyspace.catalog");
        room("keyspace.cql");
        room("keyspace.read", "keyspace.codec", "keyspace.model", "keyspace.catalog", "keyspace.cql");
        room("keyspace.document", "keyspace.model", "keyspace.catalog");
        room("keyspace.upgrade", "keyspace.model", "keyspace.catalog");
        room("keyspace.sample", "keyspace.model", "keyspace.catalog");
        room("keyspace.spill", "keyspace.model", "keyspace.catalog");
        room("verifier.digest", "keyspace.model", "keyspace.catalog");
        room(
                "verifier.verify",
                "verifier.digest",
                "keyspace.model",
                "keyspace.catalog",
                "keyspace.codec",
                "keyspace.read",
                "keyspace.upgrade",
                "keyspace.spill");
        room("verifier.report", "verifier.verify", "keyspace.model", "keyspace.upgrade");
        room("migrator.schema", "keyspace.catalog", "keyspace.cql");
        room(
                "migrator.export",
                "keyspace.catalog",
                "keyspace.model",
                "keyspace.document",
                "keyspace.read",
                "keyspace.upgrade");
        room(
                "migrator.load",
                "migrator.schema",
                "keyspace.spill",
                "keyspace.catalog",
                "keyspace.model",
                "keyspace.codec",
                "keyspace.cql",
                "keyspace.document",
                "keyspace.read",
                "keyspace.upgrade");
        room(
                "migrator.plan",
                "keyspace.spill",
                "verifier.report",
                "keyspace.catalog",
                "keyspace.model",
                "keyspace.codec",
                "keyspace.cql",
                "keyspace.document",
                "keyspace.read",
                "keyspace.upgrade");
        room("migrator.progress");
        room("migrator.metrics");
        List<String> run = new ArrayList<>(KEYSPACE);
        run.addAll(VERIFIER);
        run.addAll(List.of("migrator.schema", "migrator.export", "migrator.load", "migrator.plan"));
        room("migrator.run", run.toArray(String[]::new));
        run.addAll(List.of("migrator.run", "migrator.progress", "migrator.metrics", "rehearsal"));
        room("migrator.cli", run.toArray(String[]::new));
    }

    private static final Set<String> COMPARISONS = Set.of("compareTo", "isLineAtLeast");

    static final ArchRule EVERY_CLASS_HAS_A_ROOM = classes()
            .should()
            .resideInAnyPackage(packages(MAY_KNOW.keySet().stream()))
            .because("a new package gets its place in the architecture first");

    static final ArchRule THE_DRIVER_STAYS_WHERE_ROWS_ARE = noClasses()
            .that()
            .resideOutsideOfPackages(packages(Stream.of(
                    "rehearsal",
                    "keyspace.cql",
                    "keyspace.codec",
                    "keyspace.read",
                    "migrator.schema",
                    "migrator.load")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.datastax..")
            .because("entities, rules, digests and files must outlive the database");

    static final ArchRule PICOCLI_STAYS_AT_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "migrator.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    static final ArchRule MICROMETER_STAYS_WITH_THE_METRICS = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "migrator.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.prometheus..")
            .because("what is measured knows listeners only");

    static final ArchRule ONLY_CATALOGUE_AND_RULES_COMPARE_VERSIONS = noClasses()
            .that()
            .resideOutsideOfPackages(packages(Stream.of("keyspace.catalog", "keyspace.upgrade")))
            .should()
            .accessTargetWhere(describe(
                    "it compares two Kong versions",
                    (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(KongVersion.class)
                            && COMPARISONS.contains(access.getName())))
            .because("what differs between versions is data of the catalogue, or a named rule");

    static final ArchRule ONLY_ONE_ROOM_OPENS_WHAT_CAN_WRITE = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "migrator.schema..")
            .should()
            .accessTargetWhere(describe(
                    "it opens a connection that can write",
                    (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(Connector.class)
                            && access.getName().equals("openTarget")))
            .because("the source is never written");

    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS = noClasses()
            .should()
            .haveNameMatching(".*[.$](Abstract[A-Z]\\w*|\\w*(Impl|Manager|Utils?|Helper))")
            .because("such a name says nothing");

    static final ArchRule STATIC_FIELDS_ARE_FINAL = fields().that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .doNotHaveFullyQualifiedName(ROOT + "rehearsal.SharedNode")
            .should()
            .beFinal()
            .because("there is no static state; the node that tests share is the JVM's own");

    static final ArchRule STATIC_FIELDS_ARE_NO_VARIABLES = noFields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .doNotHaveFullyQualifiedName(ROOT + "rehearsal.SharedNode")
            .should()
            .haveRawType(describe(
                    "that only make sense as variables",
                    type -> type.getPackageName().startsWith("java.util.concurrent")
                            || type.isAssignableTo(StringBuilder.class)
                            || type.isEquivalentTo(java.util.HashMap.class)
                            || type.isEquivalentTo(ArrayList.class)));

    private Arrows() {}

    private static void room(String name, String... mayKnow) {
        MAY_KNOW.put(name, List.of(mayKnow));
    }

    /** All rooms, by their names below {@code io.keyferry}. */
    static Set<String> rooms() {
        return MAY_KNOW.keySet();
    }

    /** What the classes of a room may know. */
    static ArchRule ofRoom(String room) {
        List<String> known = new ArrayList<>(MAY_KNOW.getOrDefault(room, List.of()));
        known.addAll(FOR_ALL);
        known.add(room);
        return classes()
                .that()
                .resideInAPackage(ROOT + room + "..")
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackage("io.keyferry..").or(resideInAnyPackage(packages(known.stream()))))
                .allowEmptyShould(true);
    }

    private static String[] packages(Stream<String> rooms) {
        String[] packages = rooms.map(room -> ROOT + room + "..").toArray(String[]::new);
        Arrays.sort(packages);
        return packages;
    }
}
