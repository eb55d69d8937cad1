package dev.grpcos.gateway.http;

import dev.grpcos.gateway.rest.RestMatch;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request for a call.
 *
 * @param name the full name of the method
 * @param method the method, or null if it has no descriptor
 * @param match the binding that matches the path, or null if the path is the name
 * @param headers the call's metadata
 * @param fields the headers of the request
 * @param pauseReading pauses or continues the reading of the request's body
 * @param scope the methods to which the request refers
 */
record CallRequest(
    String name,
    @Nullable KnownMethod method,
    @Nullable RestMatch match,
    Metadata headers,
    CallOptions options,
    HttpHeaders fields,
    HttpReply reply,
    Consumer<Boolean> pauseReading,
    RequestScope scope) {}
