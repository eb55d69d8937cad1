package dev.grpcos.gateway.tap;

import com.google.protobuf.MessageLite;
import dev.grpcos.gateway.call.InProcessCalls;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.KeptMessage;
import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call that is tapped: adds its steps to the queue. Requests and responses may come on different
 * threads.
 */
final class TappedCall {
  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private final TapQueue queue;
  private final List<TapGroup> takers;
  private final int messageBytes;
  private final long number;
  private final Instant time = Instant.now();
  private final long start = System.nanoTime();
  private final SocketCaller caller;
  private final String method;
  private final @Nullable String origin;
  private final byte[][] headers;
  private final boolean json = IncomingCall.currentSpeaksJson();
  private final @Nullable String upstream = IncomingCall.currentUpstream();
  private final boolean inProcess;
  private final @Nullable String requestEncoding;
  private volatile @Nullable String responseEncoding;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private volatile boolean incomplete;
  private volatile boolean dropped;

  /** The taps that report this call; confined to the thread of the taps. */
  private final List<Follower> followers = new ArrayList<>(1);

  /** A tap that reports a call. */
  static final class Follower {
    final Tap tap;
    boolean lost;

    Follower(Tap tap) {
      this.tap = tap;
    }
  }

  /**
   * Creates a call. Must run in the call's context.
   *
   * @param takers the groups of taps that take the call
   * @param number the number of the call
   */
  TappedCall(
      TapQueue queue,
      List<TapGroup> takers,
      long number,
      ServerCall<?, ?> call,
      @Nullable String origin,
      Metadata headers) {
    this.queue = queue;
    this.takers = takers;
    messageBytes = takers.stream().mapToInt(TapGroup::messageBytes).max().orElse(0);
    this.number = number;
    this.origin = origin;
    caller = SocketCaller.of(call);
    method = call.getMethodDescriptor().getFullMethodName();
    inProcess = InProcessCalls.isInProcess(call);
    requestEncoding = headers.get(ENCODING);
    this.headers = serialized(headers);
  }

  /** Returns the metadata in its present state, because handlers change it. */
  private static byte[][] serialized(Metadata metadata) {
    byte[][] all = InternalMetadata.serialize(metadata);
    return all == null ? new byte[0][] : all;
  }

  /**
   * Adds the beginning of the call, even if its metadata is larger than the room that was left when
   * the taps took the call.
   */
  void begin() {
    queue.add(new TapStep.Began(this));
  }

  /** Leaves out the steps before the end, because no tap reports them. */
  void drop() {
    dropped = true;
  }

  List<TapGroup> takers() {
    return takers;
  }

  long number() {
    return number;
  }

  Instant time() {
    return time;
  }

  SocketCaller caller() {
    return caller;
  }

  String method() {
    return method;
  }

  /** Returns the upstream that the caller named; null if there is none. */
  @Nullable String upstream() {
    return upstream;
  }

  @Nullable String origin() {
    return origin;
  }

  byte[][] headers() {
    return headers;
  }

  /** Returns whether the messages are JSON and not protobuf. */
  boolean speaksJson() {
    return json;
  }

  List<Follower> followers() {
    return followers;
  }

  void request(Object message) {
    send(false, message, requestEncoding);
  }

  void response(Object message) {
    send(true, message, responseEncoding);
  }

  void encodesResponses(String encoding) {
    responseEncoding = encoding;
  }

  void halfClose() {
    add(new TapStep.HalfClosed(this, nanos()));
  }

  void answer(Metadata responseHeaders) {
    add(new TapStep.Answered(this, nanos(), serialized(responseHeaders)));
  }

  /** Adds the end of the call, unless it has ended already. */
  void end(Status status, Metadata trailers) {
    if (open.getAndSet(false)) {
      queue.add(new TapStep.Ended(this, nanos(), status, serialized(trailers), incomplete));
    }
  }

  private void send(boolean response, Object message, @Nullable String encoding) {
    if (dropped) {
      return;
    }
    int size;
    boolean compressed = false;
    if (message instanceof KeptMessage kept) {
      size = kept.size();
      compressed = kept.isCompressed() && !inProcess && encoding != null;
    } else if (message instanceof MessageLite known) {
      size = known.getSerializedSize();
    } else if (message instanceof byte[] bytes) {
      size = bytes.length;
    } else {
      return; // the messages of unknown methods, which have none
    }
    boolean cut = size > messageBytes;
    if (!queue.hasRoom(cut ? 0 : size)) {
      incomplete = true; // the message is not copied
      return;
    }
    Object content = cut ? null : message instanceof KeptMessage kept ? kept.keep() : message;
    add(new TapStep.Sent(this, nanos(), response, content, compressed ? encoding : null, size));
  }

  private void add(TapStep step) {
    if (!dropped && !queue.offer(step)) {
      incomplete = true;
    }
  }

  private long nanos() {
    return System.nanoTime() - start;
  }
}
