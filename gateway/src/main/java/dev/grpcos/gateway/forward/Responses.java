package dev.grpcos.gateway.forward;

import dev.grpcos.gateway.call.Refusal;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.inprocess.InProcessSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a call, which feeds the caller's; on the lane's loop.
 *
 * <p>Whether a status came from the server or was made on the way, as where a connection broke, is
 * told by whether trailers came: the transport says so to a call's tracer alone. So it does whether
 * the call's headers were written; that the server sent it back unseen is told by words alone,
 * which {@code RawAnswerTest} holds grpc-java to.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.7">RFC 9113, request
 *     reliability</a>
 */
final class Responses extends ClientCall.Listener<Message> {
  /** The one encoding that grpc-java knows, both ways. */
  private static final String GZIP = "gzip";

  /** How many responses may be on their way before the first is taken. */
  private static final int AHEAD = 2;

  /** What grpc-java says of a call that the server reset, or went away, without looking at it. */
  private static final List<String> REFUSALS =
      List.of(
          "RST_STREAM closed stream. HTTP/2 error code: REFUSED_STREAM",
          "Abrupt GOAWAY closed sent stream. HTTP/2 error code: NO_ERROR");

  private final ForwardedCall requests;
  private final ServerCall<?, Message> caller;
  private final Destination destination;
  private final boolean keeps;
  private volatile boolean connected;
  private volatile boolean trailersCame;
  private volatile @Nullable ClientCall<Message, Message> call;
  private @Nullable Status replacement;

  /** Whether the call's headers were written; seen on the lane's loop alone. */
  private boolean sent;

  /** How many responses are to be asked for once the caller has room for them. */
  private int due;

  Responses(ForwardedCall requests, ServerCall<?, Message> caller, Destination destination) {
    this.requests = requests;
    this.caller = caller;
    this.destination = destination;
    // Inside the process a message is handed over, not written.
    this.keeps =
        caller.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
            instanceof InProcessSocketAddress;
  }

  /** Options of a call whose trailers are noticed here. */
  CallOptions options() {
    return CallOptions.DEFAULT.withStreamTracerFactory(new Attempts());
  }

  void start(ClientCall<Message, Message> started, Metadata headers) {
    if (call != null) {
      // Made again.
      connected = false;
      sent = false;
    }
    call = started;
    started.start(this, headers);
    started.request(AHEAD);
  }

  /**
   * Ends the call if there is no connection for it in time. Mostly there was one when it began, so
   * that no timer is needed.
   */
  void connectWithin(Duration time, Lane lane) {
    if (connected) {
      return;
    }
    ClientCall<Message, Message> waiting = call;
    Future<?> unused =
        lane.loop()
            .schedule(
                () -> {
                  if (!connected && waiting != null && waiting == call) {
                    replaceStatus(
                        Status.UNAVAILABLE.withDescription(
                            "no connection within " + time.toMillis() + " ms"));
                    waiting.cancel("no connection", null);
                  }
                },
                time.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  /** Has the call end with this status of the gateway's own, whatever comes. */
  void replaceStatus(Status status) {
    if (replacement == null) {
      replacement = status;
    }
  }

  @Override
  public void onHeaders(Metadata headers) {
    requests.answered();
    String encoding = EndToEndMetadata.encoding(headers);
    if (GZIP.equals(encoding)) {
      caller.setCompression(encoding);
    }
    caller.sendHeaders(EndToEndMetadata.of(headers));
  }

  @Override
  public void onMessage(Message response) {
    ClientCall<Message, Message> started = call;
    if (started == null || replacement != null) {
      return;
    }
    Status refusal = response.refusal();
    if (refusal != null) {
      replaceStatus(refusal);
      started.cancel(refusal.getDescription(), null);
      return;
    }
    caller.sendMessage(keeps ? response.own() : response);
    boolean room;
    synchronized (this) {
      room = caller.isReady();
      if (!room) {
        due++;
      }
    }
    if (room) {
      started.request(1);
    }
  }

  /** The caller's side has room for responses. */
  void room() {
    ClientCall<Message, Message> started = call;
    int count;
    synchronized (this) {
      if (started == null || due == 0 || !caller.isReady()) {
        return;
      }
      count = due;
      due = 0;
    }
    started.request(count);
  }

  @Override
  public void onReady() {
    requests.room();
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (Thread.holdsLock(requests)) {
      // It failed as it began. A caller inside the process may hold a lock of its own while it
      // waits for this one to send its request, and take that lock to be told of the end.
      requests.later(() -> onClose(status, trailers));
    } else if (!isUnseen(status) || !requests.repeat(sent, status)) {
      end(status, trailers);
    }
  }

  /** Whether it is certain that the server has not looked at the call that ended so. */
  private boolean isUnseen(Status status) {
    if (status.getCode() != Status.Code.UNAVAILABLE || trailersCame || replacement != null) {
      return false;
    }
    if (!sent) {
      return connected;
    }
    String description = status.getDescription();
    return description != null && REFUSALS.stream().anyMatch(description::startsWith);
  }

  /** Ends the call for its caller. */
  void end(Status status, Metadata trailers) {
    if (caller.isCancelled()) {
      return;
    }
    Status own = replacement;
    if (own == null && trailersCame) {
      caller.close(status, EndToEndMetadata.of(trailers));
    } else {
      Status failure = own == null ? status : own;
      destination.failed(failure);
      Refusal.close(caller, Failure.named(destination.title(), failure));
    }
  }

  /** Notices the trailers of each attempt at the call; the last one's status is the call's. */
  private final class Attempts extends ClientStreamTracer.Factory {
    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      trailersCame = false;
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata sent) {
          connected = true;
        }

        @Override
        public void outboundHeaders() {
          sent = true;
        }

        @Override
        public void inboundTrailers(Metadata trailers) {
          trailersCame = true;
        }
      };
    }
  }
}
