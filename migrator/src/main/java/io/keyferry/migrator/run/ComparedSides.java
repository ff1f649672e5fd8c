package io.keyferry.migrator.run;

import io.keyferry.keyspace.catalog.Catalog;
import io.keyferry.keyspace.catalog.KongVersion;
import io.keyferry.keyspace.cql.ClusterInfo;
import io.keyferry.keyspace.cql.KeyspaceAddress;
import io.keyferry.keyspace.cql.Place;
import io.keyferry.keyspace.cql.ReadSession;
import io.keyferry.keyspace.cql.Side;
import io.keyferry.keyspace.document.DocumentReader;
import io.keyferry.keyspace.document.Provenance;
import io.keyferry.keyspace.problem.KeyferryException;
import io.keyferry.keyspace.problem.KeyferryException.Kind;
import io.keyferry.keyspace.read.KongKeyspace;
import io.keyferry.migrator.load.Import;
import io.keyferry.verifier.report.Report;
import io.keyferry.verifier.verify.ComparedSide;
import io.keyferry.verifier.verify.DocumentSide;
import io.keyferry.verifier.verify.KeyspaceSide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The two sides of a comparison, opened. A file is read once, checked as an import would check it, and laid out in the
 * work directory. Closing closes connections and removes what was laid out.
 */
final class ComparedSides implements AutoCloseable {
    /** A side, and what a report says of it. */
    record Opened(ComparedSide side, Report.Side told) {}

    private final RunSettings settings;
    private final Run run;
    private final Paces paces;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private ComparedSides(RunSettings settings, Run run) {
        this.settings = settings;
        paces = new Paces(settings, run.context().listener());
        this.run = run;
    }

    private Optional<Opened> source = Optional.empty();
    private Optional<Opened> target = Optional.empty();

    /**
     * Opens both places. A file that does not say for which Kong it is counts as one for the other side's.
     *
     * @param targetVersion the target's version where the user says it; empty to recognise it
     */
    static ComparedSides open(Place from, Place to, Optional<Catalog> targetVersion, RunSettings settings, Run run) {
        ComparedSides sides = new ComparedSides(settings, run);
        try {
            sides.openAll(from, to, targetVersion);
            return sides;
        } catch (RuntimeException e) {
            sides.close();
            throw e;
        }
    }

    private void openAll(Place from, Place to, Optional<Catalog> targetVersion) {
        Optional<Catalog> sourceVersion = settings.fromKong().map(Catalog::forVersion);
        try (@Nullable
                Opening<ReadSession> connecting = to instanceof Place.Keyspace keyspace
                        ? new Opening<>("keyferry-connect", () -> connect(keyspace.address(), Side.TO))
                        : null) {
            @Nullable
            ReadSession old =
                    from instanceof Place.Keyspace keyspace ? kept(connect(keyspace.address(), Side.FROM)) : null;
            @Nullable ReadSession young = connecting == null ? null : kept(connecting.take());
            // How fast a cluster answers is measured when there is no load of ours, nor is anything being opened.
            if (old != null) {
                paces.hold(old);
                source = Optional.of(told(KeyspaceSide::source, Connections.openSource(old, settings)));
            }
            if (young != null) {
                paces.hold(young);
                target = Optional.of(
                        told(KeyspaceSide::target, KongKeyspace.open(young, targetVersion.map(Catalog::version))));
            }
        }
        if (from instanceof Place.File file) {
            Catalog catalog = sourceVersion
                    .or(() -> noted(file.path()))
                    .or(() -> target.map(opened -> opened.side().catalog()))
                    .or(() -> targetVersion)
                    .or(() -> to instanceof Place.File other ? noted(other.path()) : Optional.empty())
                    .orElseGet(() -> newestFor(file.path()));
            source = Optional.of(read(file.path(), catalog));
        }
        if (to instanceof Place.File file) {
            Catalog catalog = targetVersion
                    .or(() -> noted(file.path()))
                    .orElseGet(() -> from().side().catalog());
            target = Optional.of(read(file.path(), catalog));
        }
    }

    private ReadSession connect(KeyspaceAddress address, Side side) {
        return ReadSession.open(
                run.context().connector(), address, side, address.consistencyOr(settings.readConsistency()));
    }

    private ReadSession kept(ReadSession session) {
        opened.push(session);
        return session;
    }

    private static Opened told(Function<KongKeyspace, KeyspaceSide> role, KongKeyspace keyspace) {
        ClusterInfo cluster = keyspace.session().cluster();
        return new Opened(
                role.apply(keyspace),
                new Report.Side(
                        keyspace.session().address().describe(),
                        Optional.of(keyspace.catalog().version().toString()),
                        Optional.of(String.join(", ", cluster.releaseVersions()))));
    }

    /** The version that Keyferry noted in a file that it wrote. */
    private static Optional<Catalog> noted(Path file) {
        return DocumentReader.provenance(file).map(Provenance::kong).map(Catalog::forVersion);
    }

    /** The newest Kong that writes files of this format, or else that takes it. */
    private static Catalog newestFor(Path file) {
        List<KongVersion> versions = new ArrayList<>(Catalog.known());
        Collections.reverse(versions);
        Optional<Catalog> takes = Optional.empty();
        KeyferryException refused = null;
        for (KongVersion version : versions) {
            Catalog catalog = Catalog.forVersion(version);
            try (DocumentReader reader = DocumentReader.open(file, catalog)) {
                if (reader.header().formatVersion().equals(catalog.formatVersion())) {
                    return catalog;
                }
                takes = takes.isPresent() ? takes : Optional.of(catalog);
            } catch (KeyferryException e) {
                refused = e;
            } catch (IOException e) {
                throw new KeyferryException(Kind.USAGE, file + " cannot be read: " + e.getMessage(), e);
            }
        }
        if (takes.isEmpty() && refused != null) {
            throw refused;
        }
        return takes.orElseThrow();
    }

    private Opened read(Path file, Catalog catalog) {
        Import reading = new Import(
                file,
                catalog,
                noted(file).map(noted -> catalog.version()),
                new Import.Settings(
                        settings.customPlugins(),
                        settings.requests(),
                        run.work().path(),
                        run.context().clock(),
                        run.context().listener()));
        Import.Checked checked = reading.check(true, Map.of());
        DocumentSide side =
                new DocumentSide(catalog, checked.defaultWorkspace(), run.work().path());
        opened.push(side);
        reading.forEachKept((entity, untold) -> {
            side.add(entity);
            untold.forEach(field -> side.doesNotTell(entity.type().name(), field));
        });
        try {
            side.seal();
        } catch (IOException e) {
            throw new KeyferryException(
                    Kind.USAGE, run.work().path() + " cannot hold what the file does: " + e.getMessage(), e);
        }
        return new Opened(
                side,
                new Report.Side(file.toString(), Optional.of(catalog.version().toString()), Optional.empty()));
    }

    Opened from() {
        return source.orElseThrow();
    }

    Opened to() {
        return target.orElseThrow();
    }

    @Override
    public void close() {
        paces.close();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new KeyferryException(Kind.INTERNAL, "a side of the comparison cannot be closed: " + e, e);
            }
        }
    }
}
