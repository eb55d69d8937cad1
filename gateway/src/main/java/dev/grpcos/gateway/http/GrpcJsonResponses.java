package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The response to a call with JSON, whose messages are in protobuf before they are sent.
 *
 * <p>What the handler does is a sequence of steps on the event loop of the call's connection. While
 * a large message is converted on another thread, the steps after it wait, and the call is not
 * ready. A large message is charged in JSON until the connection has sent it. Confined to the event
 * loop, except for the handler's methods, which one thread at a time may call.
 */
final class GrpcJsonResponses {
  private final ServerCall<?, byte[]> caller;
  private final JsonCodec codec;
  private final ConnectionConversions conversions;
  private final EventExecutor loop;
  private final MessageAccount unsent;

  /** The steps that wait for the conversion of a message. */
  private final Queue<Runnable> steps = new ArrayDeque<>();

  /** The number of steps that wait for the loop or for a conversion, and of conversions. */
  private final AtomicInteger waiting = new AtomicInteger();

  private ConnectionConversions.@Nullable QueuedConversion<byte[]> work;
  private Runnable ready = () -> {};

  /** Whether the handler has used another thread. All its later steps become tasks of the loop. */
  private boolean handedOver;

  /** Whether a message is charged. */
  private boolean charged;

  /** Whether the response is complete, so that nothing more is sent. */
  private boolean complete;

  private boolean failed;

  /**
   * Creates a response.
   *
   * @param conversions the conversions of the call's connection
   * @param unsent the account of the messages in JSON
   */
  GrpcJsonResponses(
      ServerCall<?, byte[]> caller,
      JsonCodec codec,
      ConnectionConversions conversions,
      MessageAccount unsent) {
    this.caller = caller;
    this.codec = codec;
    this.conversions = conversions;
    this.loop = conversions.loop();
    this.unsent = unsent;
  }

  /** Sets the action for when the call is ready again after steps have waited. */
  void whenReady(Runnable action) {
    ready = action;
  }

  // The handler's methods.

  boolean isReady() {
    return waiting.get() == 0 && caller.isReady();
  }

  void sendHeaders(Metadata headers) {
    perform(() -> caller.sendHeaders(headers));
  }

  void sendMessage(byte[] message) {
    perform(() -> convert(message));
  }

  void close(Status status, Metadata trailers) {
    perform(
        () -> {
          complete = true;
          caller.close(status, trailers);
        });
  }

  /** Ends the call with a status of the gateway, after the steps that wait. */
  void refuse(Status status) {
    perform(() -> fail(status));
  }

  private void perform(Runnable step) {
    if (handedOver || !loop.inEventLoop()) {
      handedOver = true;
      waiting.incrementAndGet();
      loop.execute(() -> arrive(step));
    } else if (isBusy()) {
      waiting.incrementAndGet();
      steps.add(step);
    } else {
      run(step);
    }
  }

  private boolean isBusy() {
    return work != null || !steps.isEmpty();
  }

  private void arrive(Runnable step) {
    if (isBusy()) {
      steps.add(step);
    } else {
      run(step);
      finish();
    }
  }

  private void run(Runnable step) {
    if (!complete) {
      step.run();
    }
  }

  /** Notes that a step or a conversion that was counted is finished. */
  private void finish() {
    if (waiting.decrementAndGet() == 0 && !complete && caller.isReady()) {
      ready.run();
    }
  }

  private void convert(byte[] message) {
    if (message.length <= ReceivedMessage.LARGE) {
      try {
        send(codec.response(message));
      } catch (StatusException e) {
        fail(e.getStatus());
      }
      return;
    }
    JsonCodec own = codec.fresh();
    waiting.incrementAndGet();
    work = conversions.run(() -> own.response(message), this::converted, this::notConverted);
  }

  private void converted(byte[] json) {
    work = null;
    if (complete) {
      return;
    }
    send(json);
    for (Runnable next = steps.poll(); next != null; next = work == null ? steps.poll() : null) {
      run(next);
      finish();
    }
    finish();
  }

  private void notConverted(Status status) {
    work = null;
    fail(status);
  }

  private void send(byte[] json) {
    if (json.length > ReceivedMessage.LARGE) {
      charged = true;
      try {
        unsent.add(json.length);
      } catch (StatusRuntimeException e) {
        fail(e.getStatus());
        return;
      }
    }
    caller.sendMessage(json);
    release();
  }

  /** Releases the charged messages if the connection has sent them. */
  private void release() {
    if (charged && caller.isReady()) {
      charged = false;
      unsent.release();
      unsent.begin();
    }
  }

  /** Notes that the connection is ready, and returns whether the call is. */
  boolean becomesReady() {
    release();
    return waiting.get() == 0;
  }

  /** Returns whether the gateway has ended the call, and not its handler. */
  boolean isFailed() {
    return failed;
  }

  /** Ends the call with a status of the gateway, unless it has ended. */
  void fail(Status status) {
    if (!complete) {
      failed = true;
      drop();
      Refusal.close(caller, status);
    }
  }

  /** Releases what the response holds when the call is over. */
  void end() {
    drop();
    unsent.close();
  }

  private void drop() {
    complete = true;
    steps.clear();
    if (work != null && work.drop()) {
      work = null;
    }
  }
}
