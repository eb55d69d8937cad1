/**
 * What the benchmarks compare grpcos with, and the servers that they call: small programs of their
 * own, each with a {@code main}, started by {@code run.sh}.
 */
@NullMarked
package dev.grpcos.benchmarks;

import org.jspecify.annotations.NullMarked;
