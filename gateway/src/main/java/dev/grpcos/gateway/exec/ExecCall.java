package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.util.concurrent.MoreExecutors;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call that a process serves, from its first request to the process's end.
 *
 * <p>The listener's callbacks never block: requests are written on one thread, events read on
 * another. A request is asked for when the one before is written, and events are read only while
 * the caller takes responses, so that either side holds the other back. The call may be over long
 * before the process is; the permit goes back when both are.
 */
final class ExecCall extends ServerCall.Listener<byte[]> {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  private final ServerCall<byte[], byte[]> call;
  private final Metadata headers;
  private final MethodText text;
  private final ExecMethod.Handler handler;
  private final ExecMethod.Surroundings surroundings;
  private final Runnable ended;
  private final String method;
  private final boolean oneRequest;
  private final boolean oneResponse;
  private final PeerIdentity peer;
  private final @Nullable Instant deadline;

  /** Runs what writes, one task after the other. */
  private final Executor writer;

  private final ScriptMetadata metadata;
  private final ErrorLines errors;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  /** Guards what follows, and the call, which two threads must not use at once. */
  private final Object lock = new Object();

  private @Nullable Program program;
  private boolean closed;
  private boolean headersSent;
  private boolean over;
  private @Nullable Future<?> timer;

  /** Of the thread that writes: whether a request has come. */
  private boolean requested;

  /** Of the thread that reads. */
  private int pid;

  private long lines;

  ExecCall(
      ServerCall<byte[], byte[]> call,
      Metadata headers,
      MethodText text,
      ExecMethod.Handler handler,
      ExecMethod.Surroundings surroundings,
      Runnable ended) {
    this.call = call;
    this.headers = headers;
    this.text = text;
    this.handler = handler;
    this.surroundings = surroundings;
    this.ended = ended;
    method = call.getMethodDescriptor().getFullMethodName();
    MethodType type = call.getMethodDescriptor().getType();
    oneRequest = type.clientSendsOneMessage();
    oneResponse = type.serverSendsOneMessage();
    peer = PeerIdentity.of(call);
    deadline = deadline(handler.deadline());
    writer = MoreExecutors.newSequentialExecutor(surroundings.threads());
    metadata = new ScriptMetadata(surroundings.metadataBytes());
    errors =
        new ErrorLines(
            line -> LOG.log(Level.INFO, "{0}[{1}] {2}", method, String.valueOf(pid), line));
  }

  private static @Nullable Instant deadline(@Nullable Duration configured) {
    Deadline callers = Context.current().getDeadline();
    Instant now = Instant.now();
    Instant first = configured == null ? null : now.plus(configured);
    Instant second =
        callers == null ? null : now.plusNanos(callers.timeRemaining(TimeUnit.NANOSECONDS));
    return first == null || (second != null && second.isBefore(first)) ? second : first;
  }

  /** Asks for the first request; a program that takes a stream starts at once. */
  ServerCall.Listener<byte[]> begin() {
    Duration most = handler.deadline();
    if (most != null) {
      timer =
          surroundings
              .timers()
              .schedule(() -> expire(most), most.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!oneRequest) {
      writer.execute(this::start);
    }
    // A second one would be the caller's mistake, which gRPC tells once it is asked for.
    call.request(oneRequest ? 2 : 1);
    return this;
  }

  @Override
  public void onMessage(byte[] request) {
    writer.execute(() -> write(request));
  }

  @Override
  public void onHalfClose() {
    writer.execute(this::endInput);
  }

  @Override
  public void onReady() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  @Override
  public void onCancel() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    abandon();
  }

  // ---- the thread that writes ----

  private void start() {
    synchronized (lock) {
      if (closed) {
        return; // and nothing was started: see abandon()
      }
    }
    Launch launch =
        new Launch(
            handler.command(),
            handler.variables().of(method, peer, headers, deadline),
            handler.directory(),
            handler.user());
    Program started;
    try {
      started = surroundings.spawner().start(launch);
    } catch (IOException e) {
      close(
          Status.INTERNAL
              .withDescription(name() + " can't be started: " + e.getMessage())
              .withCause(e));
      end();
      return;
    }
    boolean late;
    synchronized (lock) {
      program = started;
      late = closed;
    }
    if (late) {
      started.kill();
    }
    surroundings.threads().execute(() -> read(started));
  }

  private void write(byte[] encoded) {
    if (requested && oneRequest) {
      return;
    }
    requested = true;
    String json;
    try {
      json = text.request(encoded);
    } catch (StatusException e) {
      close(e.getStatus());
      abandon();
      return;
    }
    if (oneRequest) {
      start();
    }
    Program running = program();
    if (running == null) {
      return;
    }
    try {
      running.write((json + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      return; // it has ended, which the other thread tells of
    }
    if (!oneRequest) {
      call.request(1);
    }
  }

  private void endInput() {
    Program running = program();
    if (running == null) {
      return;
    }
    try {
      running.endInput();
    } catch (IOException e) {
      return; // it has ended, which the other thread tells of
    }
  }

  private @Nullable Program program() {
    synchronized (lock) {
      return program;
    }
  }

  // ---- the thread that reads ----

  private void read(Program running) {
    try {
      boolean more = true;
      while (more) {
        more = handle(running.next());
      }
    } catch (BadOutputException e) {
      close(Status.INTERNAL.withDescription(name() + " " + e.getMessage()));
      running.kill();
      drain(running);
    } catch (IOException e) {
      close(Status.INTERNAL.withDescription(name() + " was lost: " + e.getMessage()).withCause(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.close();
      end();
    }
  }

  /** Waits until nothing of the program is left. */
  private void drain(Program running) {
    try {
      Event event = running.next();
      while (!(event instanceof Event.Exited || event instanceof Event.NotStarted)) {
        event = running.next();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "lost while it was ended", e);
    }
  }

  /** Returns false at the last event. */
  private boolean handle(Event event) throws BadOutputException, InterruptedException {
    if (event instanceof Event.Started started) {
      pid = started.pid();
    } else if (event instanceof Event.Metadata said) {
      metadata.add(said.bytes().toByteArray());
    } else if (event instanceof Event.Errors written) {
      errors.add(written.bytes().toByteArray());
    } else if (event instanceof Event.Output written) {
      output(written.bytes().toByteArray());
    } else if (event instanceof Event.Exited exited) {
      exited(exited);
      return false;
    } else if (event instanceof Event.NotStarted failed) {
      close(Status.INTERNAL.withDescription(name() + " can't be started: " + failed.reason()));
      return false;
    }
    return true;
  }

  private void output(byte[] bytes) throws BadOutputException, InterruptedException {
    int from = 0;
    for (int i = 0; i < bytes.length && !oneResponse; i++) {
      if (bytes[i] == '\n') {
        output.write(bytes, from, i - from);
        from = i + 1;
        line();
      }
    }
    output.write(bytes, from, bytes.length - from);
    if (output.size() > text.mostBytes()) {
      throw new BadOutputException(
          "printed more than %d bytes %s; limits.message allows for more"
              .formatted(text.mostBytes(), oneResponse ? "as a response" : "on a line"));
    }
  }

  private void line() throws BadOutputException, InterruptedException {
    byte[] line = output.toByteArray();
    output.reset();
    lines++;
    byte[] response = text.response(line, lines);
    if (response != null) {
      send(response);
    }
  }

  private void exited(Event.Exited exited) throws BadOutputException, InterruptedException {
    ProgramStatus end = ProgramStatus.of(exited, name(), errors.finish(), text.types());
    if (end.status().isOk()) {
      if (oneResponse) {
        send(text.onlyResponse(output.toByteArray()));
      } else if (output.size() > 0) {
        line(); // the last one has no line feed
      }
    }
    Metadata trailers = metadata.trailers();
    trailers.merge(end.trailers());
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      if (!headersSent && metadata.hasHeaders()) {
        call.sendHeaders(metadata.sendHeaders());
      }
      call.close(end.status(), trailers);
    }
  }

  private void send(byte[] response) throws InterruptedException {
    synchronized (lock) {
      if (!headersSent && !closed) {
        headersSent = true;
        call.sendHeaders(metadata.sendHeaders());
      }
      while (!closed && !call.isReady()) {
        lock.wait();
      }
      if (!closed) {
        call.sendMessage(response);
      }
    }
  }

  // ---- any thread ----

  private void expire(Duration most) {
    close(
        Status.DEADLINE_EXCEEDED.withDescription(
            "%s took longer than its deadline of %d ms".formatted(name(), most.toMillis())));
    abandon();
  }

  /** Closes the call with a status of the gateway's own, unless it is closed. */
  private void close(Status status) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      lock.notifyAll();
      Refusal.close(call, status);
    }
  }

  /** Ends the program of a call that is closed; where there is none yet, there will be none. */
  private void abandon() {
    Program running = program();
    if (running != null) {
      running.kill();
      return;
    }
    // Behind what may be about to start one.
    writer.execute(
        () -> {
          if (program() == null) {
            end();
          }
        });
  }

  /** Gives back what the call had; nothing of it runs any more. */
  private void end() {
    Future<?> pending;
    synchronized (lock) {
      if (over) {
        return;
      }
      over = true;
      pending = timer;
    }
    if (pending != null) {
      pending.cancel(false);
    }
    ended.run();
  }

  private String name() {
    return handler.command().get(0);
  }
}
