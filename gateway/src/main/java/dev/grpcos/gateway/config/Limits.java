package dev.grpcos.gateway.config;

import java.time.Duration;

/**
 * Bounds against abuse; each is per gateway unless it says otherwise.
 *
 * @param connections open connections; calls on further ones are answered with RESOURCE_EXHAUSTED,
 *     and a quarter above the bound connections are closed at once
 * @param calls calls in flight; further ones are answered with RESOURCE_EXHAUSTED
 * @param message bytes of one request message
 * @param metadata bytes of a call's metadata, as HTTP/2 counts them
 * @param streams concurrent calls of one connection; clients queue what is above
 * @param handshake how long a new connection may take to speak HTTP/2
 * @param resets RST_STREAM frames that one connection may cause within {@code resetWindow}
 * @param resetWindow the window of {@code resets}, in whole seconds
 * @param idle how long a connection without calls stays open
 * @param exec processes of exec services at once; further calls are answered with
 *     RESOURCE_EXHAUSTED
 */
public record Limits(
    int connections,
    int calls,
    int message,
    int metadata,
    int streams,
    Duration handshake,
    int resets,
    Duration resetWindow,
    Duration idle,
    int exec) {

  /** What holds where nothing is configured. */
  public static final Limits DEFAULT =
      new Limits(
          1024,
          4096,
          64 << 20,
          16 << 10,
          256,
          Duration.ofSeconds(5),
          200,
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          32);

  public Limits {
    atLeast(1, connections, "connections");
    atLeast(1, calls, "calls");
    atLeast(1, message, "message");
    atLeast(1024, metadata, "metadata");
    if (metadata > 1 << 20) {
      throw new IllegalArgumentException("limits.metadata is " + metadata + ": at most 1 MiB");
    }
    atLeast(1, streams, "streams");
    positive(handshake, "handshake");
    atLeast(1, resets, "resets");
    if (resetWindow.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "limits.resetWindow is " + resetWindow + ": at least one second");
    }
    positive(idle, "idle");
    atLeast(1, exec, "exec");
  }

  public Limits withConnections(int value) {
    return new Limits(
        value, calls, message, metadata, streams, handshake, resets, resetWindow, idle, exec);
  }

  public Limits withCalls(int value) {
    return new Limits(
        connections, value, message, metadata, streams, handshake, resets, resetWindow, idle, exec);
  }

  public Limits withMessage(int value) {
    return new Limits(
        connections, calls, value, metadata, streams, handshake, resets, resetWindow, idle, exec);
  }

  public Limits withHandshake(Duration value) {
    return new Limits(
        connections, calls, message, metadata, streams, value, resets, resetWindow, idle, exec);
  }

  public Limits withResets(int value) {
    return new Limits(
        connections, calls, message, metadata, streams, handshake, value, resetWindow, idle, exec);
  }

  public Limits withIdle(Duration value) {
    return new Limits(
        connections,
        calls,
        message,
        metadata,
        streams,
        handshake,
        resets,
        resetWindow,
        value,
        exec);
  }

  public Limits withExec(int value) {
    return new Limits(
        connections,
        calls,
        message,
        metadata,
        streams,
        handshake,
        resets,
        resetWindow,
        idle,
        value);
  }

  public Limits withMetadata(int value) {
    return new Limits(
        connections, calls, message, value, streams, handshake, resets, resetWindow, idle, exec);
  }

  public Limits withStreams(int value) {
    return new Limits(
        connections, calls, message, metadata, value, handshake, resets, resetWindow, idle, exec);
  }

  private static void atLeast(int least, int value, String name) {
    if (value < least) {
      throw new IllegalArgumentException("limits." + name + " is " + value + ": at least " + least);
    }
  }

  private static void positive(Duration value, String name) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("limits." + name + " is " + value + ": more than zero");
    }
  }
}
