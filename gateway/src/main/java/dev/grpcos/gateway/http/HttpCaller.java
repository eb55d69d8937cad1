package dev.grpcos.gateway.http;

import io.grpc.Channel;
import io.grpc.Status;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The peer of a connection, and what it may do.
 *
 * @param channel the calls of this channel have the peer's identity and rights
 * @param admission returns a channel for calls that end with a status when they are admitted,
 *     before a handler starts
 * @param mayCall whether the peer may call the method with this full name. A call that it may make
 *     is decided again.
 * @param hasRights whether the peer may call anything
 * @param curl the command and the options with which curl reaches the gateway as this peer
 * @param url the beginning of URLs for this command
 */
public record HttpCaller(
    Channel channel,
    Function<Status, Channel> admission,
    Predicate<String> mayCall,
    BooleanSupplier hasRights,
    String curl,
    String url) {}
