/**
 * HTTP/1.1 with JSON on the gateway's sockets: the Connect protocol, and plain requests as curl
 * sends them. A request becomes an in-process call of the connection's peer.
 */
@NullMarked
package dev.grpcos.gateway.http;

import org.jspecify.annotations.NullMarked;
