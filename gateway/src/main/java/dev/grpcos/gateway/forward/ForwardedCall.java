package dev.grpcos.gateway.forward;

import dev.grpcos.gateway.call.Encodings;
import dev.grpcos.gateway.call.InProcessCalls;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.Refusal;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One forwarded call: receives the requests of the caller and sends them to the server.
 *
 * <p>The call to the server starts when a single request is complete, so that its headers, message
 * and end leave in one write. If the request is incomplete at the end of the event loop's turn, the
 * call starts as a stream. The next message is requested when the previous one is sent and the
 * transport is ready for another, so that at most two are in memory even if the server does not
 * read.
 *
 * <p>A call that the server has certainly not processed is repeated on another connection: a server
 * may close a connection gracefully while the call is in transit. For this, the first request is
 * kept until the server answers or another request follows.
 *
 * <p>Confined to the lane's event loop. A {@link LoopListener} moves the callbacks of a caller on
 * another thread to the loop.
 */
final class ForwardedCall extends ServerCall.Listener<Message> implements Runnable {
  /** The size up to which a request is kept, so that it can be sent again. */
  private static final int KEPT_BYTES = 1 << 20;

  /**
   * The maximum number of repetitions of a call. A server may close each connection immediately.
   */
  private static final int REPEATS = 5;

  private final Destination destination;
  private final MethodDescriptor<Message, Message> streaming;
  private final MethodDescriptor<Message, Message> oneRequest;
  private final ServerCall<Message, Message> caller;
  private final Metadata headers;
  private final boolean inProcess;
  private final @Nullable String encoding;
  private final @Nullable Deadline deadline;
  private final @Nullable IncomingCall incoming = IncomingCall.current();
  private final Lane lane;
  private final Responses responses;

  private @Nullable ClientCall<Message, Message> call;
  private boolean authorized;
  private @Nullable Message first;
  private boolean halfClosed;

  /** Whether only {@link #first} and the half-close have arrived for the server. */
  private boolean repeatable;

  private int repeats;
  private boolean cancelled;

  /** Whether the next request should be requested when the server's side is ready. */
  private boolean requestDue;

  ForwardedCall(
      Destination destination,
      MethodDescriptor<Message, Message> streaming,
      MethodDescriptor<Message, Message> oneRequest,
      ServerCall<Message, Message> caller,
      Metadata headers) {
    this.destination = destination;
    this.streaming = streaming;
    this.oneRequest = oneRequest;
    this.caller = caller;
    this.inProcess = InProcessCalls.isInProcess(caller);
    EndToEndMetadata received = EndToEndMetadata.of(headers);
    this.encoding = received.encoding();
    this.headers = received.metadata();
    this.deadline = earliest(Context.current().getDeadline(), destination);
    this.lane = destination.lane();
    this.repeatable = !lane.retries();
    this.responses =
        new Responses(
            this, caller, incoming, inProcess, received.acceptEncoding(), destination, lane);
  }

  private static @Nullable Deadline earliest(@Nullable Deadline own, Destination destination) {
    if (destination.deadline() == null) {
      return own;
    }
    Deadline configured = Deadline.after(destination.deadline().toNanos(), TimeUnit.NANOSECONDS);
    return own == null ? configured : own.minimum(configured);
  }

  /** Starts the call and returns the listener for the caller's callbacks. */
  ServerCall.Listener<Message> begin() {
    caller.request(1);
    // The callbacks of an in-process call come from any thread, those of a connection from its
    // loop.
    if (lane.loop().inEventLoop() && !inProcess) {
      authorize();
      return this;
    }
    lane.loop().execute(this::authorize);
    return new LoopListener(lane.loop(), this);
  }

  private void authorize() {
    if (destination.authorizes()) {
      destination.authorize(this::authorized);
    } else {
      authorized = true;
      lane.loop().execute(this);
    }
  }

  /** Receives the credentials. Any thread may call this. */
  private void authorized(Destination.Authorization authorization) {
    if (!lane.loop().inEventLoop()) {
      lane.loop().execute(() -> authorized(authorization));
    } else if (authorization.headers() == null) {
      refuse(authorization.failure());
    } else {
      authorization.headers().setIn(headers);
      authorized = true;
      lane.loop().execute(this);
    }
  }

  /** Ends the call with a status of the gateway itself. */
  private void refuse(Status failure) {
    if (cancelled) {
      return;
    }
    cancelled = true;
    if (call == null) {
      Refusal.close(caller, destination.explain(failure));
    } else {
      responses.replaceStatus(failure);
      call.cancel(failure.getDescription(), null);
    }
  }

  /** Starts incomplete calls as streams. Runs at the end of the turn, or of a pause. */
  @Override
  public void run() {
    if (call != null || cancelled) {
      return;
    }
    long pause = destination.pause(lane);
    if (pause > 0) {
      Future<?> unused = lane.loop().schedule(this, pause, TimeUnit.NANOSECONDS);
      return;
    }
    start();
    // The connection may have become ready before the next request was due.
    room();
  }

  /**
   * Repeats the call, if permitted, after the call ended and the server did not process it.
   *
   * @param refused whether the server refused the call, which permits only one repetition
   * @return whether the call is repeated, so that its end is ignored
   */
  boolean repeat(boolean refused, Status status) {
    if (!repeatable || cancelled || repeats == REPEATS) {
      return false;
    }
    repeats = refused ? REPEATS : repeats + 1;
    // The channel is still closing the old connection.
    lane.loop().execute(() -> again(status));
    return true;
  }

  private void again(Status status) {
    if (cancelled || !repeatable) {
      responses.end(status, new Metadata());
      return;
    }
    long pause = destination.pause(lane);
    if (pause > 0) {
      Future<?> unused = lane.loop().schedule(() -> again(status), pause, TimeUnit.NANOSECONDS);
      return;
    }
    start();
    room();
  }

  /** Records that the server has begun to answer. */
  void answered() {
    repeatable = false;
    first = null;
  }

  private void start() {
    CallOptions options = responses.options();
    if (deadline != null) {
      options = options.withDeadline(deadline);
    }
    if (encoding != null) {
      options = options.withCompression(encoding);
    }
    // This class forwards deadline and cancellation; a context would need a listener and a timer.
    Context context = Context.ROOT.attach();
    try {
      ClientCall<Message, Message> started =
          lane.channel().newCall(halfClosed && first != null ? oneRequest : streaming, options);
      responses.start(started, headers);
      responses.connectWithin(destination.connectTimeout());
      if (first != null) {
        send(started, first);
        // If the call is repeated, the next request may already have been requested.
        requestDue |= call == null && !halfClosed;
        keep(first);
      }
      if (halfClosed) {
        started.halfClose();
      }
      call = started;
    } finally {
      Context.ROOT.detach(context);
    }
  }

  /** Keeps the first request while it can be sent again, unless it is too large. */
  private void keep(Message request) {
    repeatable &= (first == null || first == request) && request.isOwned(KEPT_BYTES);
    first = repeatable ? request : null;
  }

  @Override
  public void onMessage(Message received) {
    // The in-process transport compresses nothing, regardless of the headers.
    Message request = inProcess && Encodings.GZIP.equals(encoding) ? received.gzip() : received;
    if (call == null) {
      first = request.own();
      return;
    }
    keep(request);
    // A call that is not ready keeps the message until it is.
    send(call, call.isReady() && !lane.retries() ? request : request.own());
    requestDue = true;
    room();
  }

  private void send(ClientCall<Message, Message> started, Message request) {
    if (encoding != null) {
      started.setMessageCompression(request.isCompressed());
    }
    started.sendMessage(request);
  }

  /** Requests the next message if it is due and the server's side is ready for it. */
  void room() {
    if (requestDue && call != null && call.isReady()) {
      requestDue = false;
      if (incoming != null) {
        incoming.requests().release();
      }
      caller.request(1);
    }
  }

  @Override
  public void onHalfClose() {
    halfClosed = true;
    if (call != null) {
      call.halfClose();
    } else if (authorized && first != null && !cancelled && destination.pause(lane) == 0) {
      start();
    }
  }

  @Override
  public void onCancel() {
    cancelled = true;
    if (call == null) {
      first = null; // credentials may refer to this call for a while
    } else {
      call.cancel("the caller cancelled", null);
    }
  }

  @Override
  public void onReady() {
    responses.room();
  }
}
