/**
 * The identity of callers: read from the kernel for each connection, and passed to its calls. The
 * only class that uses internals of grpc-netty is here.
 */
@NullMarked
package dev.grpcos.gateway.peer;

import org.jspecify.annotations.NullMarked;
