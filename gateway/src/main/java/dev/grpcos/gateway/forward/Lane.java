package dev.grpcos.gateway.forward;

import io.grpc.Channel;
import io.netty.channel.EventLoop;

/**
 * An event loop, and a channel whose connections are on it, so that a call which arrived on a
 * connection of the same loop needs no change of threads.
 *
 * @param channel runs its callbacks on the loop
 * @param retries whether the channel keeps requests to send them again
 */
public record Lane(EventLoop loop, Channel channel, boolean retries) {}
