/**
 * The sockets: owning their paths, binding, accepting, closing. What comes in through them is read
 * by gRPC, or by a companion.
 */
@NullMarked
package dev.grpcos.gateway.listener;

import org.jspecify.annotations.NullMarked;
