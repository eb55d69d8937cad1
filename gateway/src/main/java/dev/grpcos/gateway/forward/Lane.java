package dev.grpcos.gateway.forward;

import io.grpc.Channel;
import io.netty.channel.EventLoop;

/**
 * An event loop, and a channel whose connections are on it: a call that came by a connection of the
 * same loop goes on without a change of threads.
 *
 * @param channel runs its callbacks on the loop itself
 * @param retries whether the channel keeps requests, to send them again
 */
public record Lane(EventLoop loop, Channel channel, boolean retries) {}
