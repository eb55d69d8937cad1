/** The identity of callers: read from the kernel for each connection, and passed to its calls. */
@NullMarked
package dev.grpcos.gateway.peer;

import org.jspecify.annotations.NullMarked;
