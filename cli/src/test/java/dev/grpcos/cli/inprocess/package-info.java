/**
 * Whole commands inside the test JVM: an invocation in memory, a gateway on a real socket, and
 * servers, with no process started.
 */
@NullMarked
package dev.grpcos.cli.inprocess;

import org.jspecify.annotations.NullMarked;
