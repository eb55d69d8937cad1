package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusException;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call with its own program.
 *
 * <p>A method with a single request starts the program with that request. A method with a stream of
 * requests starts the program at once, and asks for a request when the previous one has left the
 * gateway. The program's output is read only while the caller takes responses, so that each side
 * can slow the other down. The call may end long before the program; its resources are released
 * when both have ended. Confined to the call's event loop.
 */
final class OneShotCall implements CallHandler, Program.ProgramOwner {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  private final Caller caller;
  private final MethodText text;
  private final ExecRuntime runtime;
  private final boolean oneRequest;
  private final ErrorLines errors;
  private final PrintedResponses responses;
  private final SingleRequest request;

  private @Nullable Program program;
  private boolean programOver;

  /** Whether a request is being converted. The end of requests must wait for it. */
  private boolean readingRequest;

  private boolean requestsEnded;

  private int pid;

  OneShotCall(Caller caller, MethodType type, MethodText text, ExecRuntime runtime) {
    this.caller = caller;
    this.text = text;
    this.runtime = runtime;
    oneRequest = type.clientSendsOneMessage();
    String method = caller.program().method();
    request = new SingleRequest(method);
    errors =
        new ErrorLines(
            line -> LOG.log(Level.INFO, "{0}[{1}] {2}", method, String.valueOf(pid), line));
    responses =
        new PrintedResponses(
            caller, type.serverSendsOneMessage(), text, runtime, this::progress, this::abort);
  }

  // ---- events of the caller ----

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public void begin() {
    caller.limitTime(this);
    if (!oneRequest) {
      start();
    }
    // A second request is an error, which grpc-java reports only if it is requested.
    caller.request(oneRequest ? 2 : 1);
  }

  @Override
  public void request(byte[] message) {
    if (!oneRequest) {
      convert(message, this::write);
    } else {
      try {
        request.set(message);
      } catch (StatusException e) {
        abort(e.getStatus());
      }
    }
  }

  @Override
  public void requestsEnd() {
    requestsEnded = true;
    if (!oneRequest) {
      endInput();
      return;
    }
    try {
      convert(
          request.take(),
          line -> {
            start();
            write(line);
          });
    } catch (StatusException e) {
      abort(e.getStatus());
    }
  }

  @Override
  public void ready() {
    responses.send();
    progress();
  }

  @Override
  public void stop() {
    responses.discard();
    if (program != null) {
      program.kill();
    }
    settle();
  }

  @Override
  public void completed() {
    responses.release();
  }

  private String method() {
    return caller.program().method();
  }

  // ---- requests ----

  private void convert(byte[] message, Consumer<byte[]> use) {
    readingRequest = true;
    runtime
        .background()
        .convert(
            message.length,
            caller.tasks(),
            () -> (text.request(message) + "\n").getBytes(UTF_8),
            line -> {
              readingRequest = false;
              if (caller.isOpen()) {
                use.accept(line);
              }
            },
            this::abort);
  }

  private void start() {
    if (!caller.isOpen()) {
      return;
    }
    MethodProgram launched = caller.program();
    try {
      program =
          runtime
              .keeper()
              .start(
                  launched.launch(
                      launched
                          .variables()
                          .of(
                              method(),
                              caller.peer(),
                              caller.socket(),
                              caller.headers(),
                              caller.deadline())),
                  caller.peer(),
                  caller.hasReserve(),
                  caller.loop(),
                  this);
    } catch (StatusException e) {
      abort(e.getStatus());
    }
  }

  private void write(byte[] line) {
    if (program != null) {
      program.write(line);
      endInput();
    }
  }

  private void endInput() {
    if (program != null && requestsEnded && !readingRequest) {
      program.endInput();
    }
  }

  @Override
  public void inputSent() {
    if (!oneRequest && !requestsEnded) {
      caller.request(1);
    }
  }

  // ---- events of the program ----

  @Override
  public boolean wantsEvents() {
    return !caller.isOpen() || responses.allSent();
  }

  @Override
  public void event(Event event) {
    if (event instanceof Event.Exited || event instanceof Event.NotStarted) {
      programOver = true;
    }
    if (caller.isOpen()) {
      try {
        take(event);
      } catch (BadOutputException e) {
        abort(e.status(caller.program().name()));
      }
    }
    settle();
  }

  private void take(Event event) throws BadOutputException {
    if (event instanceof Event.Started started) {
      pid = started.pid();
    } else if (event instanceof Event.Metadata written) {
      responses.addMetadata(written.bytes());
    } else if (event instanceof Event.Errors written) {
      errors.add(written.bytes().toByteArray());
    } else if (event instanceof Event.Output printed) {
      responses.add(printed.bytes());
    } else if (event instanceof Event.Exited exited) {
      responses.end(
          ProgramStatus.of(exited, caller.program().name(), errors.finish(), text.types()));
    } else if (event instanceof Event.NotStarted failed) {
      abort(
          Status.INTERNAL.withDescription(
              caller.program().name() + " cannot be started: " + failed.reason()));
    }
  }

  @Override
  public void lost(Throwable cause) {
    programOver = true;
    abort(
        cause instanceof OutOfMemoryError exhausted
            ? CallListener.exhausted(method(), exhausted)
            : Status.INTERNAL
                .withDescription(caller.program().name() + " was lost: " + cause.getMessage())
                .withCause(cause));
  }

  /** Continues after a change: reads more of the program's events, or ends the call. */
  private void progress() {
    if (program != null) {
      program.resume();
    }
    settle();
  }

  private void settle() {
    if (!caller.isOpen() && (program == null || programOver)) {
      responses.discard();
      caller.end();
    }
  }
}
