/**
 * What each Kong version keeps in Cassandra: entity types, fields, tables, plugin configurations, migrations. Data
 * files with {@code since} and {@code until}, read once; no driver, no file format of the dump, no clock. A new Kong
 * version is data here, not Java.
 */
@NullMarked
package io.keyferry.keyspace.catalog;

import org.jspecify.annotations.NullMarked;
