package dev.grpcos.gateway.forward;

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
 * One call on its way: the caller's side of it, which feeds the server's.
 *
 * <p>The call to the server begins when the whole of a single request has come, so that its
 * headers, message and end leave as one; or, where that is not so by the end of the event loop's
 * turn, as a stream. A message is asked for when the one before has gone and there is room for the
 * next, so that no more than two are held, whoever does not read.
 *
 * <p>A call that the server certainly has not looked at is made again, on another connection: one
 * that was closed in an orderly way may have been so while the call was on its way there. For that
 * the first request is kept until the server answers or another request goes after it.
 *
 * <p>Most calls stay on one event loop. Where they don't, as those from inside the process, the
 * lock orders the beginning, and asking for messages; it is never held while a message is asked
 * for.
 */
final class ForwardedCall extends ServerCall.Listener<Message> implements Runnable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Up to this size a request is kept, so that it can be sent again. */
  private static final int KEPT_BYTES = 1 << 20;

  /** How often a call is made again at most; a server may close each connection right away. */
  private static final int REPEATS = 5;

  private final Destination destination;
  private final MethodDescriptor<Message, Message> streaming;
  private final MethodDescriptor<Message, Message> oneRequest;
  private final ServerCall<Message, Message> caller;
  private final Metadata headers;
  private final @Nullable String encoding;
  private final @Nullable Deadline deadline;
  private final Lane lane;
  private final Responses responses;

  private @Nullable ClientCall<Message, Message> call;
  private boolean authorized;
  private @Nullable Message first;
  private boolean halfClosed;

  /** Whether nothing but {@link #first}, and the end, has come for the server. */
  private boolean repeatable;

  private int repeats;
  private boolean cancelled;

  /** Whether the next request is to be asked for once there is room for it. */
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
    this.encoding = EndToEndMetadata.encoding(headers);
    this.headers = EndToEndMetadata.of(headers);
    this.deadline = earliest(Context.current().getDeadline(), destination);
    this.lane = destination.lane();
    this.repeatable = !lane.retries();
    this.responses = new Responses(this, caller, destination);
  }

  private static @Nullable Deadline earliest(@Nullable Deadline own, Destination destination) {
    if (destination.deadline() == null) {
      return own;
    }
    Deadline configured = Deadline.after(destination.deadline().toNanos(), TimeUnit.NANOSECONDS);
    return own == null ? configured : own.minimum(configured);
  }

  ForwardedCall begin() {
    caller.request(1);
    if (destination.authorizes()) {
      destination.authorize(this::authorize);
    } else {
      authorized = true;
      lane.loop().execute(this);
    }
    return this;
  }

  private void authorize(Destination.Authorization authorization) {
    if (authorization.header() == null) {
      lane.loop().execute(() -> refuse(authorization.failure()));
      return;
    }
    synchronized (this) {
      headers.discardAll(AUTHORIZATION);
      headers.put(AUTHORIZATION, authorization.header());
      authorized = true;
    }
    lane.loop().execute(this);
  }

  /** Ends the call with a status of the gateway's own; on the lane's loop. */
  private void refuse(Status failure) {
    ClientCall<Message, Message> started;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      started = call;
    }
    if (started == null) {
      Refusal.close(caller, Failure.named(destination.title(), failure));
    } else {
      responses.replaceStatus(failure);
      started.cancel(failure.getDescription(), null);
    }
  }

  /** The end of the turn, or of a pause: what has come by now may be no whole request. */
  @Override
  public void run() {
    synchronized (this) {
      if (call != null || cancelled) {
        return;
      }
      long pause = destination.pause(lane);
      if (pause > 0) {
        Future<?> unused = lane.loop().schedule(this, pause, TimeUnit.NANOSECONDS);
        return;
      }
      start();
    }
    // The connection may have made room before the request was due.
    room();
  }

  /**
   * The call has ended without the server having looked at it; on the lane's loop.
   *
   * @param refused whether the server itself said so, which counts once
   * @return whether the call is made again, so that this end of it is none
   */
  boolean repeat(boolean refused, Status status) {
    synchronized (this) {
      if (!repeatable || cancelled || repeats == REPEATS) {
        return false;
      }
      repeats = refused ? REPEATS : repeats + 1;
    }
    // The channel is in the middle of putting the old connection away.
    lane.loop().execute(() -> again(status));
    return true;
  }

  private void again(Status status) {
    boolean over;
    synchronized (this) {
      over = cancelled || !repeatable;
      if (!over) {
        long pause = destination.pause(lane);
        if (pause > 0) {
          Future<?> unused = lane.loop().schedule(() -> again(status), pause, TimeUnit.NANOSECONDS);
          return;
        }
        start();
      }
    }
    if (over) {
      responses.end(status, new Metadata());
    } else {
      room();
    }
  }

  /** Runs something on the lane's loop, once what runs there now has ended. */
  void later(Runnable task) {
    lane.loop().execute(task);
  }

  /** The server has begun to answer. */
  synchronized void answered() {
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
    // Deadline and cancellation are passed on by hand: a context would cost a listener and a timer.
    Context context = Context.ROOT.attach();
    try {
      ClientCall<Message, Message> started =
          lane.channel().newCall(halfClosed && first != null ? oneRequest : streaming, options);
      responses.start(started, headers);
      responses.connectWithin(destination.connectTimeout(), lane);
      if (first != null) {
        started.sendMessage(first);
        // Where the call is made again the next request may have been asked for already.
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

  /** A request is sent: the first is kept, unless that would be too much. */
  private void keep(Message request) {
    repeatable &= (first == null || first == request) && request.isOwned(KEPT_BYTES);
    first = repeatable ? request : null;
  }

  @Override
  public void onMessage(Message request) {
    Status refusal = request.refusal();
    if (refusal != null) {
      lane.loop().execute(() -> refuse(refusal));
      return;
    }
    ClientCall<Message, Message> started;
    synchronized (this) {
      started = call;
      if (started == null) {
        first = request.own();
        return;
      }
      keep(request);
    }
    // What is not ready keeps the message until it is.
    started.sendMessage(started.isReady() && !lane.retries() ? request : request.own());
    boolean room;
    synchronized (this) {
      // It may have been made again meanwhile.
      started = call;
      room = started != null && started.isReady();
      requestDue = !room;
    }
    if (room) {
      caller.request(1);
    }
  }

  /** The server's side has room for another request. */
  void room() {
    synchronized (this) {
      ClientCall<Message, Message> started = call;
      if (!requestDue || started == null || !started.isReady()) {
        return;
      }
      requestDue = false;
    }
    caller.request(1);
  }

  @Override
  public void onHalfClose() {
    ClientCall<Message, Message> started;
    synchronized (this) {
      halfClosed = true;
      started = call;
      if (started == null) {
        if (authorized
            && first != null
            && lane.loop().inEventLoop()
            && destination.pause(lane) == 0) {
          start();
        }
        return;
      }
    }
    started.halfClose();
  }

  @Override
  public void onCancel() {
    ClientCall<Message, Message> started;
    synchronized (this) {
      cancelled = true;
      started = call;
    }
    if (started != null) {
      started.cancel("the caller cancelled", null);
    }
  }

  @Override
  public void onReady() {
    responses.room();
  }
}
