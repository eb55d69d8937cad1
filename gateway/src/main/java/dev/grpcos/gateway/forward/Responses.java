package dev.grpcos.gateway.forward;

import dev.grpcos.gateway.call.Encodings;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.channel.FailureCause;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a call: receives the responses and sends them to the caller.
 *
 * <p>A status with trailers came from the server. A status without trailers was made in transit,
 * for example because a connection broke. Only a tracer of the call learns from the transport
 * whether trailers came, and whether the call's headers were written.
 *
 * <p>Confined to the lane's event loop. The callbacks also come from there, except while a channel
 * resolves a name, connects or is shut down. From the first callback on another thread, all
 * callbacks of the call are moved to the loop, in order.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.7">RFC 9113, request
 *     reliability</a>
 */
final class Responses extends ClientCall.Listener<Message> {
  /** The number of responses that are requested before the first arrives. */
  private static final int AHEAD = 1;

  private final ForwardedCall requests;
  private final ServerCall<?, Message> caller;
  private final boolean inProcess;
  private final byte @Nullable [] acceptEncoding;
  private final Destination destination;
  private final Lane lane;

  /** The caller's call, or null if its server does not trace calls. */
  private final @Nullable IncomingCall incoming;

  private @Nullable String encoding;
  private @Nullable ClientCall<Message, Message> call;
  private @Nullable Status replacement;

  /** The last attempt at the call, which provides the status. Created by any thread. */
  private volatile AttemptTracer attempt = new AttemptTracer(null, null);

  /** The number of responses to request when the caller is ready for them. */
  private int due;

  /** Whether a callback came from another thread. grpc-java orders all callbacks of a call. */
  private boolean handedOver;

  Responses(
      ForwardedCall requests,
      ServerCall<?, Message> caller,
      @Nullable IncomingCall incoming,
      boolean inProcess,
      byte @Nullable [] acceptEncoding,
      Destination destination,
      Lane lane) {
    this.requests = requests;
    this.caller = caller;
    this.incoming = incoming;
    this.inProcess = inProcess;
    this.acceptEncoding = acceptEncoding;
    this.destination = destination;
    this.lane = lane;
  }

  /** Returns call options with a tracer for the attempts. */
  CallOptions options() {
    return CallOptions.DEFAULT.withStreamTracerFactory(
        new ClientStreamTracer.Factory() {
          @Override
          public ClientStreamTracer newClientStreamTracer(
              ClientStreamTracer.StreamInfo info, Metadata headers) {
            AttemptTracer next = new AttemptTracer(acceptEncoding, incoming);
            attempt = next;
            return next;
          }
        });
  }

  void start(ClientCall<Message, Message> started, Metadata headers) {
    if (call != null) {
      attempt = new AttemptTracer(null, null);
    }
    call = started;
    started.start(this, headers);
    started.request(AHEAD);
  }

  /**
   * Ends the call if it gets no connection in time. Usually there is a connection at once, and no
   * timer is needed.
   */
  void connectWithin(Duration time) {
    ClientCall<Message, Message> waiting = call;
    if (attempt.connected || waiting == null) {
      return;
    }
    Future<?> unused =
        lane.loop()
            .schedule(
                () -> {
                  if (!attempt.connected && waiting == call) {
                    replaceStatus(destination.unreached());
                    waiting.cancel("no connection", null);
                  }
                },
                time.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  /** Sets a status of the gateway itself, which replaces any later status. */
  void replaceStatus(Status status) {
    if (replacement == null) {
      replacement = status;
    }
  }

  @Override
  public void onHeaders(Metadata headers) {
    if (isOnLoop()) {
      takeHeaders(headers);
    } else {
      lane.loop().execute(() -> takeHeaders(headers));
    }
  }

  @Override
  public void onMessage(Message response) {
    if (isOnLoop()) {
      takeMessage(response);
    } else {
      Message lasting = response.own();
      lane.loop().execute(() -> takeMessage(lasting));
    }
  }

  @Override
  public void onReady() {
    if (isOnLoop()) {
      requests.room();
    } else {
      lane.loop().execute(requests::room);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (isOnLoop()) {
      close(status, trailers);
    } else {
      lane.loop().execute(() -> close(status, trailers));
    }
  }

  private boolean isOnLoop() {
    handedOver |= !lane.loop().inEventLoop();
    return !handedOver;
  }

  private void takeHeaders(Metadata headers) {
    requests.answered();
    EndToEndMetadata received = EndToEndMetadata.of(headers);
    encoding = received.encoding();
    if (encoding != null && !inProcess) {
      caller.setCompression(encoding);
    }
    caller.sendHeaders(received.metadata());
  }

  private void takeMessage(Message response) {
    if (call == null || replacement != null) {
      return;
    }
    if (inProcess) {
      try {
        caller.sendMessage(readable(response));
      } catch (StatusException e) {
        replaceStatus(e.getStatus());
        call.cancel(e.getMessage(), null);
        return;
      }
    } else {
      if (encoding != null) {
        caller.setMessageCompression(response.isCompressed());
      }
      caller.sendMessage(response);
    }
    due++;
    room();
  }

  /**
   * Returns a message for the in-process transport, which passes objects on and compresses nothing.
   */
  private Message readable(Message response) throws StatusException {
    if (encoding == null || !response.isCompressed()) {
      return response.own();
    }
    if (!Encodings.GZIP.equals(encoding)) {
      throw Status.INTERNAL
          .withDescription("response is compressed with " + encoding + ", which was not accepted")
          .asException();
    }
    IncomingCall charged = incoming;
    return charged == null
        ? response.gunzip(Integer.MAX_VALUE - 1, bytes -> {})
        : response.gunzip(charged.messageLimit(), charged.responses()::add);
  }

  /** Requests the due responses if the caller is ready for them. */
  void room() {
    if (call != null && due > 0 && caller.isReady()) {
      int count = due;
      due = 0;
      if (incoming != null) {
        incoming.responses().release();
      }
      call.request(count);
    }
  }

  private void close(Status status, Metadata trailers) {
    if (!isUnseen(status) || !requests.repeat(attempt.sent, status)) {
      end(status, trailers);
    }
  }

  /**
   * Returns whether the server has certainly not processed the call that ended with this status.
   */
  private boolean isUnseen(Status status) {
    AttemptTracer last = attempt;
    if (status.getCode() != Status.Code.UNAVAILABLE || last.trailersCame || replacement != null) {
      return false;
    }
    if (!last.sent) {
      return last.connected;
    }
    return FailureCause.CALL_NOT_PROCESSED.matches(status);
  }

  /** Ends the call for its caller. */
  void end(Status status, Metadata trailers) {
    if (caller.isCancelled()) {
      return;
    }
    if (replacement == null && attempt.trailersCame) {
      if (status.getCode() == Status.Code.UNAUTHENTICATED) {
        destination.unauthenticated();
      }
      caller.close(status, EndToEndMetadata.of(trailers).metadata());
    } else {
      Status failure = replacement == null ? ofTransport(status) : replacement;
      destination.failed(failure);
      Refusal.close(caller, destination.explain(failure));
    }
  }

  private static Status ofTransport(Status status) {
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED ? Refusal.overLimit(status) : status;
  }

  /**
   * A tracer of one attempt. It sets the encodings that the caller accepts, and records the
   * progress.
   */
  private static final class AttemptTracer extends ClientStreamTracer {
    private final byte @Nullable [] acceptEncoding;
    private final @Nullable IncomingCall incoming;

    /** Set by the thread that picked the connection, possibly a name resolver's thread. */
    private volatile boolean connected;

    private boolean sent;
    private boolean trailersCame;

    AttemptTracer(byte @Nullable [] acceptEncoding, @Nullable IncomingCall incoming) {
      this.acceptEncoding = acceptEncoding;
      this.incoming = incoming;
    }

    @Override
    public void streamCreated(Attributes transport, Metadata headers) {
      connected = true;
      if (acceptEncoding != null) {
        headers.discardAll(Encodings.ACCEPTED);
        headers.put(Encodings.ACCEPTED, acceptEncoding);
      }
    }

    @Override
    public void outboundHeaders() {
      sent = true;
    }

    @Override
    public void inboundMessage(int number) {
      if (incoming != null) {
        incoming.responses().begin();
      }
    }

    @Override
    public void inboundWireSize(long bytes) {
      if (incoming != null) {
        incoming.responses().arrive(bytes);
      }
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
      trailersCame = true;
    }
  }
}
