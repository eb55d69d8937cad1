/**
 * Forwards calls to another server as bytes, message by message, without a schema. {@link
 * dev.grpcos.gateway.forward.Destination} represents that server.
 */
@NullMarked
package dev.grpcos.gateway.forward;

import org.jspecify.annotations.NullMarked;
