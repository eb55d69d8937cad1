/**
 * Who calls: the identity that the kernel tells of a connection, on its way to the calls. The one
 * class that uses internals of grpc-netty is here.
 */
@NullMarked
package dev.grpcos.gateway.peer;

import org.jspecify.annotations.NullMarked;
