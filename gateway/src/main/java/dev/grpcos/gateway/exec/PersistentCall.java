package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.function.Consumer;

/**
 * A unary call to a persistent program: one line to the program and one line back. The call ends
 * when the caller or the program ends it, whichever is first. Confined to the pool's event loop.
 */
final class PersistentCall implements CallHandler {
  private final Caller caller;
  private final MethodText text;
  private final ProgramPool pool;
  private final ExecRuntime runtime;
  private final long id;

  private final SingleRequest request;
  private byte[] line = {};

  /** The memory of the answer, until the caller has received it. */
  private long held;

  /**
   * Creates a call.
   *
   * @param id identifies the call to the program
   */
  PersistentCall(Caller caller, MethodText text, ProgramPool pool, ExecRuntime runtime, long id) {
    this.caller = caller;
    this.text = text;
    this.pool = pool;
    this.runtime = runtime;
    this.id = id;
    request = new SingleRequest(method());
  }

  // ---- events of the caller ----

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public void begin() {
    caller.limitTime(this);
    // A second request is an error, which grpc-java reports only if it is requested.
    caller.request(2);
  }

  @Override
  public void request(byte[] message) {
    try {
      request.set(message);
    } catch (StatusException e) {
      failed(e.getStatus());
    }
  }

  @Override
  public void requestsEnd() {
    byte[] message;
    try {
      message = request.take();
    } catch (StatusException e) {
      failed(e.getStatus());
      return;
    }
    runtime
        .background()
        .convert(message.length, caller.tasks(), () -> encode(message), this::submit, this::failed);
  }

  private byte[] encode(byte[] message) throws StatusException {
    String json =
        CallLine.request(
            id,
            method(),
            caller.peer(),
            caller.socket(),
            caller.headers(),
            caller.callersDeadline(),
            text.request(message));
    return (json + "\n").getBytes(UTF_8);
  }

  private void submit(byte[] encoded) {
    if (caller.isOpen()) {
      line = encoded;
      pool.submit(this);
    }
  }

  @Override
  public void ready() {}

  @Override
  public void stop() {
    pool.leave(this);
    caller.end();
  }

  @Override
  public void completed() {
    runtime.memory().release(held);
    held = 0;
  }

  private String method() {
    return caller.program().method();
  }

  // ---- events of the program ----

  /** Returns the line for the program. */
  byte[] line() {
    return line;
  }

  /**
   * Takes the program's answer and its memory. Passes on whether the answer is valid, so that the
   * program may get another call.
   */
  void answered(ByteString answer, Consumer<Boolean> understood) {
    held = answer.size();
    runtime
        .background()
        .convert(
            answer.size(),
            caller.tasks(),
            () -> {
              try {
                return CallLine.answer(answer, id, text);
              } catch (BadOutputException e) {
                throw e.status(caller.program().name()).asException();
              }
            },
            read -> {
              send(read);
              understood.accept(true);
            },
            status -> {
              boolean late = !caller.isOpen();
              failed(status);
              if (late) {
                completed();
              }
              // an answer that is too large is still valid
              understood.accept(status.getCode() == Status.Code.RESOURCE_EXHAUSTED);
            });
  }

  private void send(CallLine.ParsedAnswer answer) {
    ByteString response = answer.response();
    if (response != null) {
      caller.sendHeaders(answer.headers());
      caller.send(response.toByteArray());
    }
    boolean late = !caller.isOpen();
    caller.close(answer.status(), answer.trailers());
    caller.end();
    if (late) {
      completed();
    }
  }

  /** Ends the call without an answer. */
  void failed(Status status) {
    caller.fail(status);
    caller.end();
  }
}
