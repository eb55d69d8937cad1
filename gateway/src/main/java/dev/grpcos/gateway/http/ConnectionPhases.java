package dev.grpcos.gateway.http;

import dev.grpcos.gateway.config.Limits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The phases of a connection of HTTP/1.1, each with its time limit. Confined to the connection's
 * event loop.
 */
final class ConnectionPhases {
  private static final Duration LINGERING_TIME = Duration.ofSeconds(2);

  /** The time in which a client can receive the last response when the gateway stops. */
  private static final Duration STOPPING_TIME = Duration.ofSeconds(1);

  enum Phase {
    /** Between requests. */
    IDLE,
    /** A part of a head has arrived. */
    HEAD,
    /** A request is being read. */
    BODY,
    /** The request is complete, the response is not. */
    CALL,
    /** The response is complete; what follows waits until the client has received more. */
    SEND,
    /** The last response is sent. The rest of the request is discarded. */
    LINGER
  }

  private final Limits limits;
  private final PhaseTimer timer;
  private Phase current = Phase.HEAD;

  /** Whether the gateway has ended the connection. */
  private boolean stopped;

  /**
   * Creates the phases, without a time limit for the first one.
   *
   * @param expired is run when the current phase takes too long
   */
  ConnectionPhases(Limits limits, EventExecutor loop, Runnable expired) {
    this.limits = limits;
    this.timer = new PhaseTimer(loop, expired);
  }

  Phase current() {
    return current;
  }

  boolean is(Phase phase) {
    return current == phase;
  }

  void idle() {
    current = Phase.IDLE;
    timer.set(limits.idle());
  }

  void head() {
    current = Phase.HEAD;
    timer.set(limits.handshake());
  }

  /**
   * Enters the phase in which the body arrives.
   *
   * @param received returns the bytes of the body until now
   */
  void body(LongSupplier received) {
    current = Phase.BODY;
    timer.set(limits.requestWait(), received);
  }

  void call() {
    current = Phase.CALL;
    timer.clear();
  }

  /** Enters the phase in which the client receives the response. */
  void send(Channel connection) {
    current = Phase.SEND;
    if (stopped) {
      timer.set(STOPPING_TIME);
    } else {
      timer.set(limits.idle(), () -> -waitingBytes(connection));
    }
  }

  private static long waitingBytes(Channel connection) {
    ChannelOutboundBuffer buffer = connection.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  void linger() {
    current = Phase.LINGER;
    timer.set(LINGERING_TIME);
  }

  /** Shortens the time for the last response, because the gateway stops. */
  void stop() {
    stopped = true;
  }

  /** Ends the time limits, and frees what they hold. */
  void cancel() {
    timer.cancel();
  }
}
