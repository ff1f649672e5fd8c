package io.keyferry.keyspace.cql;

import io.keyferry.keyspace.cql.KongConf.Setting;
import io.keyferry.keyspace.problem.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** From the {@code cassandra_*} settings to an address, with Kong's own checks and Kong's own defaults. */
final class KongConfAddress {
    private final KongConf conf;
    private final Problems problems;
    private final Consumer<String> warnings;

    KongConfAddress(KongConf conf, Problems problems, Consumer<String> warnings) {
        this.conf = conf;
        this.problems = problems;
        this.warnings = warnings;
    }

    /** The address without credentials; what is wrong with it is among the problems. */
    KeyspaceAddress.Builder read() {
        find("database")
                .filter(database -> !database.value().equals("cassandra"))
                .ifPresent(database -> problems.add(database.label() + " = " + database.value()
                        + ": this Kong does not keep its data in Cassandra; name the kong.conf of one that does"));
        KeyspaceAddress.Builder address = KeyspaceAddress.at().contactPoints(contactPoints());
        find("cassandra_keyspace").ifPresent(setting -> {
            KeyspaceNames.check(setting.value(), setting.label(), problems);
            address.keyspace(setting.value());
        });
        datacenter().ifPresent(address::datacenter);
        replication().ifPresent(address::replication);
        find("cassandra_timeout").ifPresent(setting -> {
            Duration kongs = Duration.ofMillis(number(setting, Integer.MAX_VALUE));
            if (kongs.compareTo(KeyspaceAddress.DEFAULT_REQUEST_TIMEOUT) > 0) {
                address.requestTimeout(kongs);
            }
        });
        Optional<Consistency> both = consistency("cassandra_consistency");
        return address.tls(tls())
                .kong(new KongSettings(
                        consistency("cassandra_read_consistency").or(() -> both),
                        consistency("cassandra_write_consistency").or(() -> both),
                        conf.find("plugins").map(Setting::items)));
    }

    /** The setting, unless it is one that cannot be used, which is then among the problems. */
    private Optional<Setting> find(String key) {
        return conf.find(key).filter(setting -> {
            if (setting.value().startsWith("\"") || setting.value().startsWith("'")) {
                problems.add(setting.label() + ": Kong takes quotation marks as part of the value: remove them");
                return false;
            }
            if (setting.isVaultReference()) {
                problems.add(
                        setting.label() + " is a vault reference that only Kong can resolve: use a cassandra:// URI");
                return false;
            }
            return true;
        });
    }

    private List<ContactPoint> contactPoints() {
        int port = find("cassandra_port").map(setting -> number(setting, 65535)).orElse(ContactPoint.DEFAULT_PORT);
        Optional<Setting> listed = find("cassandra_contact_points");
        List<ContactPoint> points = new ArrayList<>();
        for (String item : listed.map(Setting::items).orElse(List.of("127.0.0.1"))) {
            String where = listed.map(Setting::label).orElse("cassandra_contact_points");
            ContactPoint.parse(item, problems, where).ifPresent(point -> {
                if (point.hasPort()) {
                    problems.add(
                            where + ": '" + item + "' has a port; Kong takes one for all nodes from cassandra_port");
                }
                points.add(point.withPort(port));
            });
        }
        return points;
    }

    private Optional<String> datacenter() {
        Optional<String> named = find("cassandra_local_datacenter").map(Setting::value);
        find("cassandra_lb_policy")
                .filter(policy -> policy.value().contains("DCAware") && named.isEmpty())
                .ifPresent(policy ->
                        problems.add(policy.label() + " = " + policy.value() + " needs cassandra_local_datacenter"));
        return named;
    }

    private Optional<Replication> replication() {
        Optional<Setting> strategy = find("cassandra_repl_strategy");
        Optional<Setting> factor = find("cassandra_repl_factor");
        if (strategy.isPresent() && strategy.get().value().equals("NetworkTopologyStrategy")) {
            Optional<Setting> datacenters = find("cassandra_data_centers");
            Optional<Replication> parsed = datacenters
                    .flatMap(setting -> Replication.parse(setting.value()))
                    .filter(Replication.NetworkTopology.class::isInstance);
            if (parsed.isEmpty()) {
                problems.add(datacenters.orElse(strategy.get()).label()
                        + ": NetworkTopologyStrategy needs cassandra_data_centers = dc1:3,dc2:2 with your datacenters");
            }
            return parsed;
        }
        strategy.filter(setting -> !setting.value().equals("SimpleStrategy"))
                .ifPresent(setting -> problems.add(setting.label() + ": '" + setting.value()
                        + "' is neither SimpleStrategy nor NetworkTopologyStrategy"));
        return strategy.or(() -> factor)
                .map(explicit -> new Replication.Simple(
                        factor.map(setting -> number(setting, 999)).orElse(1)));
    }

    private Optional<Consistency> consistency(String key) {
        return find(key).flatMap(setting -> {
            Optional<Consistency> parsed = Consistency.parse(setting.value());
            if (parsed.isEmpty()) {
                problems.add(setting.label() + ": '" + setting.value() + "' is not a consistency level");
            }
            return parsed;
        });
    }

    private Tls tls() {
        Optional<Setting> ssl = find("cassandra_ssl").filter(Setting::isOn);
        if (ssl.isEmpty()) {
            return new Tls.Off();
        }
        if (find("cassandra_ssl_verify").filter(Setting::isOn).isEmpty()) {
            warnings.accept(
                    ssl.get().label() + " without cassandra_ssl_verify: as Kong does, the connection is encrypted"
                            + " but the certificate of Cassandra is not checked");
            return new Tls.On(Tls.Check.NOTHING, new Tls.JavaTrust(), Optional.empty());
        }
        return new Tls.On(Tls.Check.HOSTNAME, trust(), Optional.empty());
    }

    private Tls.Trust trust() {
        Optional<Setting> authorities = find("lua_ssl_trusted_certificate");
        List<Path> files = new ArrayList<>();
        for (String item : authorities.map(Setting::items).orElse(List.of("system"))) {
            if (item.equals("system")) {
                return new Tls.JavaTrust();
            }
            Path file = Path.of(item);
            if (!Files.isReadable(file)) {
                problems.add(authorities.map(Setting::label).orElse("") + ": there is no readable file " + item);
            }
            files.add(file);
        }
        return new Tls.PemTrust(files);
    }

    private int number(Setting setting, int most) {
        if (setting.value().matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(setting.value());
            if (number >= 1 && number <= most) {
                return number;
            }
        }
        problems.add(setting.label() + ": '" + setting.value() + "' is not a whole number from 1"
                + (most == Integer.MAX_VALUE ? "" : " to " + most));
        return 1;
    }
}
