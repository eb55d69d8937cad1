package dev.grpcos.gateway.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A request whose head is not acceptable. The connection ends with the answer to it, because the
 * end of the request is not known.
 */
record RefusedHead(HttpResponseStatus status, String reason) {}
