/**
 * Keeps count of a run for those who watch many: scraped over HTTP, pushed to a Pushgateway, or as a file for
 * node_exporter. Only listens; nothing but the command line, which wires it, knows of it. The only place with Micrometer.
 */
@NullMarked
package io.keyferry.migrator.metrics;

import org.jspecify.annotations.NullMarked;
