/**
 * Tests of whole commands inside the test JVM, with an invocation in memory, a gateway on a real
 * socket, and servers. No process is started.
 */
@NullMarked
package dev.grpcos.cli.inprocess;

import org.jspecify.annotations.NullMarked;
