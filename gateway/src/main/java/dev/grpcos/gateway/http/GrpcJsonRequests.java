package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.Context;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a call with JSON, which its handler receives in protobuf. While a large request
 * is converted on another thread, no other arrives, and the end of the requests waits. Confined to
 * the event loop of the call's connection.
 */
final class GrpcJsonRequests<Q> extends ServerCall.Listener<EncodedRequest> {
  private final ServerCall.Listener<Q> handler;
  private final GrpcJsonCall<Q, ?> call;
  private final GrpcJsonResponses responses;
  private final GrpcJsonReader reader;
  private final ConnectionConversions conversions;

  /** The request as it arrived, and then as its handler receives it. */
  private final MessageAccount requests;

  /** The forms of a request during its conversion. */
  private final MessageAccount forms;

  /** The context of the call, in which its handler runs. */
  private final Context context = Context.current();

  private ConnectionConversions.@Nullable QueuedConversion<byte[]> work;
  private boolean halfClosed;
  private boolean over;

  /**
   * Creates a listener.
   *
   * @param requests the account that is charged as requests arrive
   */
  GrpcJsonRequests(
      ServerCall.Listener<Q> handler,
      GrpcJsonCall<Q, ?> call,
      GrpcJsonResponses responses,
      GrpcJsonReader reader,
      ConnectionConversions conversions,
      MessageAccount requests) {
    this.handler = handler;
    this.call = call;
    this.responses = responses;
    this.reader = reader;
    this.conversions = conversions;
    this.requests = requests;
    this.forms = requests.another();
    responses.whenReady(() -> context.run(handler::onReady));
  }

  @Override
  public void onMessage(EncodedRequest request) {
    if (responses.isFailed()) {
      return;
    }
    byte[] message;
    try {
      if (reader.isLarge(request)) {
        convert(request);
        return;
      }
      message = reader.read(request, forms::add);
      if (message.length > ReceivedMessage.LARGE) {
        charge(message);
      }
    } catch (StatusRuntimeException e) {
      responses.fail(e.getStatus());
      return;
    } catch (StatusException e) {
      responses.fail(e.getStatus());
      return;
    } catch (OutOfMemoryError e) {
      responses.fail(MessageMemory.EXHAUSTED); // the forms of the message are no longer reachable
      return;
    }
    pass(message);
  }

  /** Converts a large request on another thread. */
  private void convert(EncodedRequest request) {
    // The other account is closed when the call ends, and the conversion may last longer.
    requests.release();
    forms.add(request.size());
    GrpcJsonReader own = reader.fresh();
    work =
        conversions.run(() -> own.read(request, forms::add), this::converted, this::notConverted);
  }

  private void converted(byte[] message) {
    work = null;
    if (isEnded()) {
      forms.close();
      return;
    }
    charge(message);
    // The next request, and the end of the requests, may arrive while this one is passed on.
    boolean last = halfClosed;
    context.run(
        () -> {
          pass(message);
          if (last) {
            handler.onHalfClose();
          }
        });
  }

  private void notConverted(Status status) {
    work = null;
    forms.close();
    if (!isEnded()) {
      responses.fail(status);
    }
  }

  private boolean isEnded() {
    return over || responses.isFailed();
  }

  /**
   * Charges a large request as its handler receives it.
   *
   * @throws StatusRuntimeException if it does not fit
   */
  private void charge(byte[] message) {
    requests.release();
    requests.begin();
    requests.add(message.length);
  }

  private void pass(byte[] message) {
    forms.release();
    forms.begin();
    handler.onMessage(call.request(message));
    call.received();
  }

  @Override
  public void onHalfClose() {
    if (work != null) {
      halfClosed = true;
    } else if (!responses.isFailed()) {
      handler.onHalfClose();
    }
  }

  @Override
  public void onCancel() {
    end();
    handler.onCancel();
  }

  @Override
  public void onComplete() {
    end();
    if (responses.isFailed()) {
      handler.onCancel();
    } else {
      handler.onComplete();
    }
  }

  @Override
  public void onReady() {
    if (responses.becomesReady() && !responses.isFailed()) {
      handler.onReady();
    }
  }

  private void end() {
    over = true;
    responses.end();
    // A conversion that runs holds the request, and charges what it decompresses.
    if (work == null || work.drop()) {
      forms.close();
    }
  }
}
