/** Runs the benchmarks, before the examples, because they take long. */
@NullMarked
package dev.grpcos.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
