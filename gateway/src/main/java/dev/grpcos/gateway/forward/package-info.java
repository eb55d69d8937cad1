/**
 * Calls passed on to another server as bytes, message by message, without knowing what they mean.
 * What a call needs of that server, {@link dev.grpcos.gateway.forward.Destination} gives.
 */
@NullMarked
package dev.grpcos.gateway.forward;

import org.jspecify.annotations.NullMarked;
