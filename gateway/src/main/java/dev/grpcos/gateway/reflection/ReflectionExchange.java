package dev.grpcos.gateway.reflection;

import dev.grpcos.gateway.reflection.ReflectionLookup.Request;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One reflection stream with many requests in flight, because an answer takes a round trip and a
 * server may have thousands of services.
 *
 * <p>Answers come in the order of the requests. The stream is half-closed after the last request,
 * because an open stream keeps some proxies from closing the connection. It is half-closed earlier
 * if the server is silent, because some proxies forward or answer requests only then.
 */
final class ReflectionExchange extends ClientCall.Listener<ServerReflectionResponse> {
  /** The maximum number of unanswered requests, which bounds the memory of both sides. */
  private static final int WINDOW = 64;

  private final ReflectionLookup lookup;
  private final ReflectionVersion version;
  private final Queue<Request> waiting = new ArrayDeque<>();
  private boolean progress;
  private boolean halfClosed;
  private boolean over;
  private @Nullable ClientCall<ServerReflectionRequest, ServerReflectionResponse> call;

  ReflectionExchange(ReflectionLookup lookup, ReflectionVersion version) {
    this.lookup = lookup;
    this.version = version;
  }

  void start(
      ClientCall<ServerReflectionRequest, ServerReflectionResponse> begun, Metadata headers) {
    call = begun;
    Metadata copy = new Metadata();
    copy.merge(headers);
    begun.start(this, copy);
    send(begun);
  }

  void cancel(String reason) {
    if (call != null) {
      call.cancel(reason, null);
    }
  }

  /** Sends no more requests. Another stream sends the remaining ones. */
  void halfClose() {
    if (call != null && !halfClosed && !over) {
      halfClosed = true;
      call.halfClose();
    }
  }

  private void send(ClientCall<ServerReflectionRequest, ServerReflectionResponse> begun) {
    try {
      do {
        sendNext(begun);
      } while (waiting.isEmpty() && lookup.needsMore() && !halfClosed);
    } catch (ReflectionException e) {
      giveUp(begun, e);
      return;
    }
    if (waiting.isEmpty()) {
      halfClose();
      over = true;
      lookup.finished(version);
    } else if (lookup.isLast()) {
      halfClose();
    }
  }

  private void sendNext(ClientCall<ServerReflectionRequest, ServerReflectionResponse> begun) {
    while (!halfClosed && waiting.size() < WINDOW) {
      Request next = lookup.next();
      if (next == null) {
        return;
      }
      waiting.add(next);
      begun.sendMessage(next.asked().request());
      begun.request(1);
    }
  }

  private void giveUp(ClientCall<?, ?> begun, ReflectionException cause) {
    over = true;
    begun.cancel(cause.getMessage(), cause);
    lookup.failed(cause);
  }

  @Override
  public void onMessage(ServerReflectionResponse response) {
    ClientCall<ServerReflectionRequest, ServerReflectionResponse> begun = call;
    Request request = over ? null : waiting.poll();
    if (request == null || begun == null) {
      return;
    }
    progress = true;
    try {
      lookup.answered(request, response, version);
    } catch (ReflectionException e) {
      giveUp(begun, e);
      return;
    }
    send(begun);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (!over) {
      over = true;
      lookup.ended(version, waiting, progress, status, trailers);
    }
  }
}
