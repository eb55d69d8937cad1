package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.call.Refusal;
import io.grpc.Context;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call with JSON of a method whose schema is not linked yet, which would block an event loop too
 * long. The handler starts when another thread has linked it; no request arrives before, because
 * only the handler asks for one. Confined to the event loop of the call's connection.
 */
final class LinkingCall extends ServerCall.Listener<EncodedRequest> {
  private final ServerCall<EncodedRequest, ?> call;

  /** The context of the call, in which its handler runs. */
  private final Context context = Context.current();

  private ConnectionConversions.@Nullable QueuedConversion<ServedMethod> work;
  private ServerCall.@Nullable Listener<EncodedRequest> linked;
  private boolean over;

  /** The events before the handler has started. */
  private final Queue<Consumer<ServerCall.Listener<EncodedRequest>>> early = new ArrayDeque<>();

  private LinkingCall(ServerCall<EncodedRequest, ?> call) {
    this.call = call;
  }

  /**
   * Begins to link, and returns the listener of the call. Its type is not this class, because that
   * would load this class with each class that uses it.
   *
   * @param link runs on another thread
   * @param next starts the handler then, and returns the listener for the caller's messages
   */
  static ServerCall.Listener<EncodedRequest> begin(
      ServerCall<EncodedRequest, ?> call,
      WorkThreads.Work<ServedMethod> link,
      Function<ServedMethod, ServerCall.Listener<EncodedRequest>> next,
      ConnectionConversions conversions) {
    LinkingCall linking = new LinkingCall(call);
    linking.work = conversions.run(link, method -> linking.linked(method, next), linking::refuse);
    return linking;
  }

  private void linked(
      ServedMethod method, Function<ServedMethod, ServerCall.Listener<EncodedRequest>> next) {
    if (over) {
      return;
    }
    context.run(
        () -> {
          ServerCall.Listener<EncodedRequest> begun = next.apply(method);
          // The handler's first request may have arrived already.
          for (var event = early.poll(); event != null; event = early.poll()) {
            event.accept(begun);
          }
          linked = begun;
        });
  }

  private void refuse(Status status) {
    if (!over) {
      Refusal.close(call, status);
    }
  }

  @Override
  public void onMessage(EncodedRequest request) {
    deliver(listener -> listener.onMessage(request));
  }

  @Override
  public void onHalfClose() {
    deliver(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onReady() {
    deliver(ServerCall.Listener::onReady);
  }

  @Override
  public void onCancel() {
    end();
    deliver(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    end();
    deliver(ServerCall.Listener::onComplete);
  }

  private void deliver(Consumer<ServerCall.Listener<EncodedRequest>> event) {
    if (linked != null) {
      event.accept(linked);
    } else {
      early.add(event);
    }
  }

  private void end() {
    over = true;
    if (work != null) {
      work.drop();
    }
  }
}
