/**
 * Tests of the packaged command where processes are the point: pipes, signals, terminals, users and
 * memory. The package {@code inprocess} and the golden cases have everything else.
 */
@NullMarked
package dev.grpcos.cli.process;

import org.jspecify.annotations.NullMarked;
