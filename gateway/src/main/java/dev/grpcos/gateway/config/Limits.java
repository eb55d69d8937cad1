package dev.grpcos.gateway.config;

import dev.grpcos.gateway.process.JvmMemory;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The limits on what callers may use. Each applies to the whole gateway unless stated otherwise.
 *
 * @param connections open connections; calls on further ones are RESOURCE_EXHAUSTED, and from a
 *     quarter above the limit on, connections are closed at once
 * @param calls calls in flight; further ones are RESOURCE_EXHAUSTED
 * @param message bytes of one message
 * @param metadata the maximum size of a call's metadata, in bytes as HTTP/2 counts them
 * @param streams concurrent calls of one connection; clients queue further ones
 * @param handshake the time limit for a new connection to send HTTP/2
 * @param resets the maximum number of RST_STREAM frames that one connection may cause within {@code
 *     resetWindow}
 * @param resetWindow the window of {@code resets}, in whole seconds
 * @param idle the time after which a connection without calls is closed
 * @param exec concurrent processes of exec services; further calls are RESOURCE_EXHAUSTED
 * @param share the part of {@code connections}, {@code calls} and {@code exec} that each user may
 *     hold, in percent; the gateway's user and root may hold all
 * @param requestWait the time after which a call ends if its single request has not arrived, and
 *     after which a connection without a call is closed
 * @param memory bytes of messages in flight, including decoded copies, of which a part is reserved
 *     for the gateway's user and root
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
    int exec,
    int share,
    Duration requestWait,
    long memory) {

  /** The limits of an empty configuration. */
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
          32,
          25,
          Duration.ofSeconds(60),
          JvmMemory.forMessages() / 2);

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
    atLeast(1, share, "share");
    if (share > 100) {
      throw new IllegalArgumentException("limits.share is " + share + ": at most 100");
    }
    positive(requestWait, "request_wait");
    atLeast(1, memory, "memory");
  }

  public Limits withConnections(int value) {
    return with(draft -> draft.connections = value);
  }

  public Limits withCalls(int value) {
    return with(draft -> draft.calls = value);
  }

  public Limits withMessage(int value) {
    return with(draft -> draft.message = value);
  }

  public Limits withHandshake(Duration value) {
    return with(draft -> draft.handshake = value);
  }

  public Limits withResets(int value) {
    return with(draft -> draft.resets = value);
  }

  public Limits withIdle(Duration value) {
    return with(draft -> draft.idle = value);
  }

  public Limits withExec(int value) {
    return with(draft -> draft.exec = value);
  }

  public Limits withMetadata(int value) {
    return with(draft -> draft.metadata = value);
  }

  public Limits withStreams(int value) {
    return with(draft -> draft.streams = value);
  }

  public Limits withShare(int value) {
    return with(draft -> draft.share = value);
  }

  public Limits withRequestWait(Duration value) {
    return with(draft -> draft.requestWait = value);
  }

  public Limits withMemory(long value) {
    return with(draft -> draft.memory = value);
  }

  private Limits with(Consumer<LimitsDraft> change) {
    LimitsDraft draft = new LimitsDraft(this);
    change.accept(draft);
    return draft.build();
  }

  /** Limits of which some are about to change. */
  private static final class LimitsDraft {
    int connections;
    int calls;
    int message;
    int metadata;
    int streams;
    Duration handshake;
    int resets;
    Duration resetWindow;
    Duration idle;
    int exec;
    int share;
    Duration requestWait;
    long memory;

    LimitsDraft(Limits from) {
      connections = from.connections;
      calls = from.calls;
      message = from.message;
      metadata = from.metadata;
      streams = from.streams;
      handshake = from.handshake;
      resets = from.resets;
      resetWindow = from.resetWindow;
      idle = from.idle;
      exec = from.exec;
      share = from.share;
      requestWait = from.requestWait;
      memory = from.memory;
    }

    Limits build() {
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
          exec,
          share,
          requestWait,
          memory);
    }
  }

  private static void atLeast(long least, long value, String name) {
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
