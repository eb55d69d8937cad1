package dev.grpcos.gateway.http;

import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that is a call.
 *
 * <p>The call of a stream starts with the request's head, any other call when its request is
 * complete. The request is parsed after the gateway has admitted the call, so that a caller without
 * rights learns nothing about the method's messages. Messages are requested from the server while
 * the connection is writable, and the body is read while the server takes messages. The body is
 * charged to the memory for messages as it arrives.
 */
final class CallExchange extends ClientCall.Listener<byte[]> implements Exchange {
  /** The bytes of a request stream above which reading pauses while the server is not ready. */
  private static final int AHEAD = 64 << 10;

  private final ClientCall<byte[], byte[]> call;
  private final Metadata headers;
  private final RequestBody body;
  private final MessageAccount account;
  private final ResponseBody response;
  private final HttpReply reply;
  private final EventExecutor loop;
  private final Consumer<Boolean> pauseReading;

  private boolean started;
  private boolean admitted;
  private boolean ended;
  private boolean halfClosed;
  private boolean closed;

  /** The error in the request, which ends the call when it is admitted. */
  private @Nullable Status failure;

  /** Whether the next message should be requested when the connection is writable. */
  private boolean due;

  /**
   * Creates an exchange.
   *
   * @param call its callbacks must come from the event loop
   * @param account is charged with the request's messages, and closed at the end
   * @param pauseReading pauses or continues the reading of the connection
   */
  CallExchange(
      ClientCall<byte[], byte[]> call,
      Metadata headers,
      RequestBody body,
      MessageAccount account,
      ResponseBody response,
      HttpReply reply,
      EventExecutor loop,
      Consumer<Boolean> pauseReading) {
    this.call = call;
    this.headers = headers;
    this.body = body;
    this.account = account;
    this.response = response;
    this.reply = reply;
    this.loop = loop;
    this.pauseReading = pauseReading;
  }

  /** Starts the exchange, and returns it. */
  CallExchange begin() {
    if (body.isStream()) {
      start();
    }
    return this;
  }

  private void start() {
    started = true;
    call.start(this, headers);
    call.request(1);
    // A refusal is already queued, so this runs after it.
    loop.execute(this::admit);
  }

  private void admit() {
    admitted = true;
    send();
  }

  @Override
  public boolean isOpenEnded() {
    return body.isStream();
  }

  @Override
  public void data(ByteBuf content) {
    if (closed || failure != null) {
      return;
    }
    try {
      int before = body.waiting();
      body.add(content);
      account.add(body.waiting() - before);
    } catch (StatusRuntimeException e) {
      fail(e.getStatus());
    } catch (StatusException e) {
      fail(e.getStatus());
    }
    send();
  }

  private void fail(Status status) {
    failure = status;
    if (!started) {
      start(); // a caller without rights gets its refusal
    }
  }

  @Override
  public void end() {
    ended = true;
    body.end();
    if (started) {
      send();
    } else if (!closed) {
      start();
    }
  }

  /** Sends the complete messages for which the server is ready. */
  private void send() {
    if (!admitted) {
      return;
    }
    if (failure != null) {
      stop(failure);
      return;
    }
    try {
      while (!closed && !halfClosed && isReady()) {
        byte[] message = body.next(account::add);
        if (body.isStream() && (message != null || body.waiting() == 0)) {
          recharge();
        }
        if (message != null) {
          call.sendMessage(message);
        } else if (ended) {
          halfClosed = true;
          call.halfClose();
        } else {
          break;
        }
      }
    } catch (StatusRuntimeException e) {
      stop(e.getStatus());
    } catch (StatusException e) {
      stop(e.getStatus());
    }
    if (!closed) {
      pauseReading.accept(body.waiting() > AHEAD && !isReady());
    }
  }

  /** Charges the bytes of a stream that wait, and no longer those that have been passed on. */
  private void recharge() {
    account.release();
    account.begin();
    account.add(body.waiting());
  }

  private boolean isReady() {
    return !body.isStream() || body.waiting() == 0 || call.isReady();
  }

  @Override
  public void onReady() {
    send();
  }

  @Override
  public void onHeaders(Metadata received) {
    if (!closed) {
      response.headers(received);
      cancelIfComplete();
    }
  }

  @Override
  public void onMessage(byte[] message) {
    if (closed) {
      return;
    }
    if (halfClosed) {
      account.release();
    }
    try {
      response.message(message);
    } catch (StatusException e) {
      stop(e.getStatus());
      return;
    }
    cancelIfComplete();
    due = true;
    writable();
  }

  /** Cancels the call if its response needs no further messages: the request's method is HEAD. */
  private void cancelIfComplete() {
    if (reply.isDone()) {
      cancel("the response is complete");
    }
  }

  @Override
  public void writable() {
    if (due && !closed && reply.isWritable()) {
      due = false;
      call.request(1);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (!closed) {
      closed = true;
      account.close();
      response.close(status, trailers);
    }
  }

  @Override
  public void stop(Status status) {
    if (!closed) {
      cancel(String.valueOf(status.getDescription()));
      response.close(status, new Metadata());
    }
  }

  @Override
  public void gone() {
    if (!closed) {
      cancel("the client closed the connection");
    }
  }

  private void cancel(String reason) {
    closed = true;
    account.close();
    if (started) {
      call.cancel(reason, null);
    }
  }
}
