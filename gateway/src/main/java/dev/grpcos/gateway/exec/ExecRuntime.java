package dev.grpcos.gateway.exec;

import io.netty.channel.EventLoop;
import java.util.function.Supplier;

/**
 * What calls of programs share.
 *
 * @param loops the event loop for something new: the current one, else any
 * @param calls the calls in flight
 * @param metadataBytes the most that a program may write to descriptor 3
 */
record ExecRuntime(
    Keeper keeper,
    Supplier<EventLoop> loops,
    Background background,
    OutputMemory memory,
    OngoingCalls calls,
    int metadataBytes) {}
