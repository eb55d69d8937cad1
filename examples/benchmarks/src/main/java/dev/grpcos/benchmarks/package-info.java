/**
 * The programs that the benchmarks compare with grpcos, and the servers that they call. Each
 * program has a {@code main} method and is started by {@code run.sh}.
 */
@NullMarked
package dev.grpcos.benchmarks;

import org.jspecify.annotations.NullMarked;
