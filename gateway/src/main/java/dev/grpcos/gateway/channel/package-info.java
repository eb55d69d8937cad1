/**
 * Channels to gRPC servers, wherever they are: what a target's name means, TLS, and the builder
 * that both the command's client and the gateway's upstreams begin with.
 */
@NullMarked
package dev.grpcos.gateway.channel;

import org.jspecify.annotations.NullMarked;
