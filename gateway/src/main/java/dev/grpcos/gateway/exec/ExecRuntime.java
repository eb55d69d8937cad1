package dev.grpcos.gateway.exec;

import io.netty.channel.EventLoop;
import java.util.function.Supplier;

/**
 * The objects that all calls of programs share.
 *
 * @param loops returns the current event loop, or any if the thread has none
 * @param calls the calls in flight
 * @param metadataBytes the maximum number of bytes that a program may write to descriptor 3
 */
record ExecRuntime(
    Keeper keeper,
    Supplier<EventLoop> loops,
    Background background,
    OutputMemory memory,
    OngoingCalls calls,
    int metadataBytes) {}
