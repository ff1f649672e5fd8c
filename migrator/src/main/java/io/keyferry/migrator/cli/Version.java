package io.keyferry.migrator.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar's manifest; classes that were never packed have none. */
final class Version implements IVersionProvider {
    static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packed)" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"keyferry " + number()};
    }
}
