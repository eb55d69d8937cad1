package dev.grpcos.gateway.http;

import io.grpc.Channel;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * The peer of a connection, and what it may do.
 *
 * @param channel the calls of this channel have the peer's identity and rights
 * @param mayCall whether the peer may call the method with this full name, for lists of services
 *     only: the call itself decides again
 * @param socket the path to which it is connected
 */
public record HttpCaller(Channel channel, Predicate<String> mayCall, Path socket) {}
