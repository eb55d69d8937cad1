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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that is a call.
 *
 * <p>The call of a stream starts with the request's head, any other call when its request is
 * complete. The request is parsed after the gateway has admitted the call, so that a caller without
 * rights learns nothing about the method's messages. Messages are requested from the server while
 * the connection is writable, and the body is read while the server takes messages. The body is
 * charged to the memory for messages as it arrives, until no thread needs it, and a large response
 * until the connection has sent it. Large messages are converted on other threads, in each
 * direction one after the other.
 */
final class CallExchange extends ClientCall.Listener<byte[]> implements Exchange {
  /** The bytes of a request stream above which reading pauses while the server is not ready. */
  private static final int AHEAD = 64 << 10;

  private final ClientCall<byte[], byte[]> call;
  private final Metadata headers;
  private final MessageCodec codec;
  private final RequestBody body;
  private final ResponseBody response;

  /** The body's bytes until their message has been passed on. */
  private final MessageAccount arrived;

  /** The decompressed form of a message until it has been passed on. */
  private final MessageAccount decompressed;

  /** The converted messages of the response until the connection has sent them. */
  private final UnsentResponse unsent;

  private final WorkThreads converters;
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

  /** The conversion of a request on another thread, or null. */
  private @Nullable PendingWork<byte[]> requestWork;

  /** The conversion of a response on another thread, or null. */
  private @Nullable PendingWork<byte[]> responseWork;

  /** What to do when the response is converted, if the call has ended in the meantime. */
  private @Nullable Runnable end;

  /** Whether the next message should be requested when the connection is writable. */
  private boolean due;

  /**
   * Creates an exchange.
   *
   * @param call its callbacks must come from the event loop
   * @param accounts creates the accounts of the request's messages
   * @param converters convert large messages
   */
  CallExchange(
      ClientCall<byte[], byte[]> call,
      CallRequest request,
      MessageCodec codec,
      RequestBody body,
      ResponseBody response,
      Supplier<MessageAccount> accounts,
      WorkThreads converters,
      EventExecutor loop) {
    this.call = call;
    this.headers = request.headers();
    this.codec = codec;
    this.body = body;
    this.response = response;
    this.arrived = accounts.get();
    this.decompressed = accounts.get();
    this.unsent = new UnsentResponse(request.reply(), accounts.get());
    this.converters = converters;
    this.reply = request.reply();
    this.loop = loop;
    this.pauseReading = request.pauseReading();
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
      arrived.add(body.waiting() - before);
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
        ReceivedMessage next = body.next();
        if (next != null) {
          convert(next);
        } else if (ended) {
          halfClosed = true;
          call.halfClose();
        } else {
          if (body.isStream() && body.waiting() == 0) {
            recharge();
          }
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

  private void convert(ReceivedMessage message) throws StatusException {
    if (!message.isLarge(codec)) {
      pass(message.encoded(codec, decompressed::add));
      return;
    }
    MessageCodec own = codec.fresh();
    requestWork =
        converters.run(
            () -> message.encoded(own, decompressed::add),
            loop,
            encoded -> {
              requestWork = null;
              if (closed) {
                closeAccounts();
              } else {
                pass(encoded);
                send();
              }
            },
            status -> {
              requestWork = null;
              if (closed) {
                closeAccounts();
              } else {
                stop(status);
              }
            });
  }

  /**
   * Passes a request on to the call.
   *
   * @throws StatusRuntimeException if the memory for the message has been taken meanwhile
   */
  private void pass(byte[] message) {
    if (body.isStream()) {
      recharge();
    } else if (codec != MessageCodec.PROTO) {
      // Only the result of the conversion is left; in protobuf, it is what arrived.
      decompressed.release();
      decompressed.begin();
      decompressed.add(message.length);
    }
    call.sendMessage(message);
  }

  /** Charges the bytes of a stream that wait, and no longer those that have been passed on. */
  private void recharge() {
    decompressed.release();
    decompressed.begin();
    arrived.release();
    arrived.begin();
    arrived.add(body.waiting());
  }

  private boolean isReady() {
    return requestWork == null && (!body.isStream() || body.waiting() == 0 || call.isReady());
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
      arrived.release();
      decompressed.release();
    }
    if (message.length > ReceivedMessage.LARGE && response.isCostly(codec)) {
      MessageCodec own = codec.fresh();
      responseWork =
          converters.run(
              () -> response.converted(own, message),
              loop,
              this::answer,
              status -> {
                if (!closed) {
                  stop(status);
                }
              });
      return;
    }
    try {
      answer(response.converted(codec, message));
    } catch (StatusException e) {
      stop(e.getStatus());
    }
  }

  private void answer(byte[] converted) {
    responseWork = null;
    if (closed) {
      return;
    }
    try {
      unsent.add(converted);
    } catch (StatusRuntimeException e) {
      stop(e.getStatus());
      return;
    }
    response.message(converted);
    cancelIfComplete();
    due = true;
    writable();
    if (end != null) {
      end.run();
    }
  }

  /** Cancels the call if its response needs no further messages: the request's method is HEAD. */
  private void cancelIfComplete() {
    if (reply.isDone()) {
      cancel("the response is complete");
      unsent.releaseWhenSent();
    }
  }

  @Override
  public void writable() {
    if (due && !closed && reply.isWritable()) {
      due = false;
      unsent.release();
      call.request(1);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (responseWork != null) {
      end = () -> close(status, trailers);
    } else {
      close(status, trailers);
    }
  }

  private void close(Status status, Metadata trailers) {
    if (!closed) {
      closed = true;
      free();
      response.close(status, trailers);
      unsent.releaseWhenSent();
    }
  }

  @Override
  public void stop(Status status) {
    if (!closed) {
      cancel(String.valueOf(status.getDescription()));
      response.close(status, new Metadata());
      unsent.releaseWhenSent();
    } else if (!reply.isDone()) {
      reply.error(status); // another thread was making the response to a call that has ended
    }
  }

  @Override
  public void gone() {
    if (!closed) {
      cancel("the client closed the connection");
      unsent.releaseWhenSent();
    }
  }

  private void cancel(String reason) {
    closed = true;
    free();
    if (started) {
      call.cancel(reason, null);
    }
  }

  /** Drops conversions that have not begun, and closes the accounts unless one still runs. */
  private void free() {
    PendingWork<byte[]> answering = responseWork;
    if (answering != null) {
      answering.drop();
    }
    // A conversion that runs holds the request, and charges what it decompresses.
    PendingWork<byte[]> converting = requestWork;
    if (converting == null || converting.drop()) {
      closeAccounts();
    }
  }

  private void closeAccounts() {
    arrived.close();
    decompressed.close();
  }
}
