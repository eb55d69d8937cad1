/**
 * The sockets: ownership of paths, binding, accepting, closing. gRPC or a companion reads the data
 * of the connections.
 */
@NullMarked
package dev.grpcos.gateway.listener;

import org.jspecify.annotations.NullMarked;
