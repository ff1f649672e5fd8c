/** What single entities cost, without a cluster: benchmarks for JMH. */
@org.jspecify.annotations.NullMarked
package io.keyferry.bench.micro;
