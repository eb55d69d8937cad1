/**
 * HTTP/1.1 on the gateway's sockets: the Connect protocol, JSON as curl sends it, paths of {@code
 * google.api.http}, and pages that describe the services. A request becomes an in-process call of
 * the connection's peer.
 */
@NullMarked
package dev.grpcos.gateway.http;

import org.jspecify.annotations.NullMarked;
