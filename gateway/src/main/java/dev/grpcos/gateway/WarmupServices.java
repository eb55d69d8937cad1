package dev.grpcos.gateway;

import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;

/**
 * The built-in services behind an in-process transport of their own. Calls pass the same stages as
 * others, but in separate instances: they appear in no audit log and no counter, and use no limits.
 * Safe for use by any thread.
 */
public final class WarmupServices implements AutoCloseable {
  private final InProcess transport;
  private final LongSupplier realCalls;

  /**
   * Starts the services.
   *
   * @param realCalls returns the number of calls of the gateway, which does not contain these
   */
  WarmupServices(InProcess transport, LongSupplier realCalls) {
    this.transport = transport;
    this.realCalls = realCalls;
    try {
      transport.start();
    } catch (IOException e) {
      throw new UncheckedIOException("an in-process server does not start", e);
    }
  }

  /** Returns a channel whose calls have this caller's identity. */
  public Channel channelFor(SocketCaller caller) {
    return transport.channelFor(caller);
  }

  /** Returns the number of calls that others have made to the gateway. */
  public long realCalls() {
    return realCalls.getAsLong();
  }

  /** Ends the services and their calls. */
  @Override
  public void close() {
    transport.end();
  }
}
