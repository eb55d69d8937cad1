/**
 * Channels to gRPC servers: target names, TLS, and the channel builder for the command's client and
 * the gateway's upstreams.
 */
@NullMarked
package dev.grpcos.gateway.channel;

import org.jspecify.annotations.NullMarked;
