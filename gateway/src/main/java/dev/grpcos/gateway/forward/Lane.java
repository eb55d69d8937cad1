package dev.grpcos.gateway.forward;

import io.grpc.Channel;
import io.netty.channel.EventLoop;

/**
 * An event loop, and a channel whose connections are on that loop. A call that arrived on the same
 * loop is forwarded without a change of threads.
 *
 * @param channel runs its callbacks directly on the loop
 * @param retries whether the channel keeps requests, to send them again
 */
public record Lane(EventLoop loop, Channel channel, boolean retries) {}
