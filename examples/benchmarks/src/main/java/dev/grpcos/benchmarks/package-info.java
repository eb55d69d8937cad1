/**
 * The programs that the benchmarks compare grpcos with, and the servers that they call, each with a
 * {@code main} and started by {@code run.sh}.
 */
@NullMarked
package dev.grpcos.benchmarks;

import org.jspecify.annotations.NullMarked;
