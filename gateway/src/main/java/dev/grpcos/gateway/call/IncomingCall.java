package dev.grpcos.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.call.OpenCalls.OpenCall;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a call that its handler does not see: whether its headers are invalid, and how
 * the transport ended it.
 *
 * <p>grpc-java creates a call's tracer before it reads the headers itself, from the same object. It
 * answers some invalid headers with a reset stream, or with a status without origin. Therefore
 * {@link GatewayHeaders} detects and removes such headers, and {@link InvalidCalls} refuses the
 * call. {@code OddCallsTest} checks that grpc-java keeps that order.
 */
public final class IncomingCall extends ServerStreamTracer {
  /**
   * The value added as the last {@code grpc-accept-encoding} of each call. grpc-java uses the last
   * value, so it passes a response on with any compression of its server. The caller's own value
   * precedes it.
   */
  static final byte[] EVERY_ENCODING = "identity,gzip,deflate,br,zstd,snappy".getBytes(US_ASCII);

  private static final Context.Key<IncomingCall> KEY = Context.key("grpcos-incoming-call");

  /** The bytes that a caller may send after the memory for its request was exhausted. */
  private static final long MOST_IGNORED = 1 << 20;

  private final int messageLimit;
  private final GatewayHeaders headers;

  /** Set before the interceptors of the call run. */
  private TakenRoute route = TakenRoute.OWN;

  /** Set and read by the thread of the transport. */
  private Status ended = Status.OK;

  private @Nullable OpenCall<?, ?> open;
  private boolean reserve;
  private long ignored;

  // Each is written by one thread at a time, and read after the last message.
  private long receivedBytes;
  private long sentBytes;

  /** Null until the call has started, and for an in-process call. */
  private @Nullable SentFrames frames;

  private final boolean charged;
  private final MessageAccount requests;
  private final MessageAccount responses;

  private IncomingCall(
      int messageLimit, MessageMemory memory, boolean charged, GatewayHeaders headers) {
    this.messageLimit = messageLimit;
    this.charged = charged;
    this.headers = headers;
    requests = memory.account();
    responses = memory.account();
  }

  /**
   * Returns the factory of the tracers of a server of connections.
   *
   * @param messageLimit the maximum number of bytes of a message
   * @param memory the memory for messages; requests are charged as they arrive
   */
  public static ServerStreamTracer.Factory factory(int messageLimit, MessageMemory memory) {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        GatewayHeaders taken = GatewayHeaders.take(method, headers);
        headers.put(Encodings.ACCEPTED, EVERY_ENCODING);
        return new IncomingCall(messageLimit, memory, true, taken);
      }
    };
  }

  /**
   * Returns the factory of the tracers of an in-process server, whose transport negotiates no
   * encodings.
   *
   * @param messageLimit the maximum number of bytes of a message
   * @param memory the memory for messages; requests are charged when they are decoded
   */
  public static ServerStreamTracer.Factory inProcessFactory(
      int messageLimit, MessageMemory memory) {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new IncomingCall(
            messageLimit, memory, false, GatewayHeaders.takeInProcess(method, headers));
      }
    };
  }

  /** Returns the call of the current context, or null if its server does not trace calls. */
  public static @Nullable IncomingCall current() {
    return KEY.get();
  }

  /** Returns the maximum number of bytes of a message for the call of the current context. */
  public static int currentMessageLimit() {
    IncomingCall current = current();
    return current == null ? Integer.MAX_VALUE - 1 : current.messageLimit;
  }

  /** Returns the maximum number of bytes of a message. */
  public int messageLimit() {
    return messageLimit;
  }

  /** Returns whether the messages of the call of the current context are JSON. */
  public static boolean currentSpeaksJson() {
    IncomingCall current = current();
    return current != null && current.headers.json();
  }

  /**
   * Returns the upstream that the caller of the call of the current context names; null if there is
   * none.
   */
  public static @Nullable String currentUpstream() {
    IncomingCall current = current();
    return current == null ? null : current.upstream();
  }

  /** Returns the route of the call of the current context. */
  public static TakenRoute currentRoute() {
    IncomingCall current = current();
    return current == null ? TakenRoute.OWN : current.route;
  }

  /** Returns the upstream that the caller names; null if there is none. */
  public @Nullable String upstream() {
    return headers.upstream();
  }

  /** Returns the route of the call, after it has been looked up. */
  public TakenRoute route() {
    return route;
  }

  /** Sets the route of the call. Called once, before the interceptors of the call run. */
  public void setRoute(TakenRoute found) {
    route = found;
  }

  /** Returns whether this class added the value, and not the caller. */
  public static boolean isAdded(byte @Nullable [] value) {
    return value == EVERY_ENCODING;
  }

  /** Sets the call that is ended if the memory for its requests is exhausted. */
  void opened(OpenCall<?, ?> call) {
    open = call;
  }

  /**
   * Lets the call use what is reserved for the owner of the gateway. Called before the limits are
   * checked.
   */
  public void useReserve() {
    reserve = true;
    requests.useReserve();
    responses.useReserve();
  }

  /** Returns whether the call may use what is reserved. */
  boolean usesReserve() {
    return reserve;
  }

  /** Returns the account of the requests, which is closed when the call ends. */
  public MessageAccount requests() {
    return requests;
  }

  /** Returns the account of the responses, which is closed when the call ends. */
  public MessageAccount responses() {
    return responses;
  }

  /** Returns whether the messages have a size on the wire; those of in-process calls have none. */
  public boolean hasWireSizes() {
    return charged;
  }

  /** Returns the bytes of the requests so far, compressed, without frames. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Returns the bytes of the responses so far, compressed, without frames. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Returns the reason to refuse the call, or null. */
  @Nullable Status defect() {
    return headers.defect();
  }

  /** Returns the status with which the transport ended the call, or OK if it did not end it. */
  Status ended() {
    return ended;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public void inboundMessage(int number) {
    if (charged) {
      // The handler asks for a request when it has passed the previous one on.
      requests.release();
      requests.begin();
    }
  }

  @Override
  public void inboundWireSize(long bytes) {
    if (!charged) {
      return;
    }
    receivedBytes += bytes;
    if (open != null) {
      open.received(bytes);
    }
    if (ignored == 0) {
      try {
        requests.arrive(bytes);
        return;
      } catch (StatusRuntimeException e) {
        if (open != null) {
          open.endLater(e.getStatus());
        }
      }
    }
    // The caller may not have read the status yet, or never reads it.
    ignored += bytes;
    if (ignored > MOST_IGNORED) {
      throw MessageMemory.EXHAUSTED.asRuntimeException();
    }
  }

  @Override
  public void serverCallStarted(ServerCallInfo<?, ?> call) {
    frames = SentFrames.of(call);
  }

  @Override
  public void outboundWireSize(long bytes) {
    sentBytes += bytes;
    if (frames != null) {
      frames.addMessage(bytes);
    }
  }

  @Override
  public void streamClosed(Status status) {
    ended = status;
    requests.close();
    responses.close();
  }
}
