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
 * <p>The listener's callbacks never block. Where there is one request, and no larger than what is
 * taken off one's hands at once, one thread starts the program and reads what it says; else
 * requests are written on one thread and events read on another. A request of a stream is asked for
 * when the one before is written, and events are read only while the caller takes responses, so
 * that either side holds the other back. The call may be over long before the process is; the
 * permit goes back when both are.
 */
final class ExecCall extends ServerCall.Listener<byte[]> implements OngoingCalls.Ongoing {
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

  /** Runs what writes the requests of a stream, one task after the other. */
  private final Executor writer;

  private final ScriptMetadata metadata;
  private final ErrorLines errors;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  /** Guards what follows, and the call, which two threads must not use at once. */
  private final Object lock = new Object();

  private @Nullable Program program;

  /** Whether a thread is about to start the program, and will see that the call is closed. */
  private boolean launching;

  private boolean closed;
  private boolean headersSent;
  private boolean over;
  private @Nullable Future<?> timer;

  /** Of the listener: the one request. */
  private byte @Nullable [] request;

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
      launching = true;
      writer.execute(this::startStream);
    }
    // A second one would be the caller's mistake, which is told once it is asked for.
    call.request(oneRequest ? 2 : 1);
    return this;
  }

  @Override
  public void onMessage(byte[] message) {
    if (!oneRequest) {
      writer.execute(() -> write(message));
    } else if (request == null) {
      request = message;
    } else {
      abort(Status.INTERNAL.withDescription(method + " takes one request, and two came"));
    }
  }

  @Override
  public void onHalfClose() {
    byte[] message = request;
    if (!oneRequest) {
      writer.execute(this::endInput);
    } else if (message == null) {
      abort(Status.INTERNAL.withDescription(method + " takes one request, and none came"));
    } else {
      synchronized (lock) {
        if (closed) {
          return;
        }
        launching = true;
      }
      surroundings.threads().execute(() -> serve(message));
    }
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

  // ---- the threads that start the program and write ----

  /** Starts the program for its one request, and reads what it says if nothing can hold that up. */
  private void serve(byte[] encoded) {
    byte[] line;
    try {
      line = (text.request(encoded) + "\n").getBytes(UTF_8);
    } catch (StatusException e) {
      close(e.getStatus());
      end();
      return;
    }
    boolean small = line.length <= Program.BLOCK;
    Program started = start(small ? line : null);
    if (started == null) {
      return;
    }
    if (small) {
      read(started);
      return;
    }
    surroundings.threads().execute(() -> read(started));
    try {
      started.write(line);
      started.endInput();
    } catch (IOException e) {
      return; // it has ended, which the other thread tells of
    }
  }

  private void startStream() {
    Program started = start(null);
    if (started != null) {
      surroundings.threads().execute(() -> read(started));
    }
  }

  /**
   * Starts the program, unless the call is over by now; null where there is none, and all is ended.
   *
   * @param input all of its input, where that is known
   */
  private @Nullable Program start(byte @Nullable [] input) {
    boolean unwanted;
    synchronized (lock) {
      unwanted = closed;
    }
    if (unwanted) {
      end();
      return null;
    }
    Program started;
    try {
      Launch launch =
          new Launch(
              handler.command(),
              handler.variables().of(method, peer, headers, deadline),
              handler.directory(),
              handler.user());
      started = surroundings.spawner().start(launch, input);
    } catch (StatusException e) {
      close(e.getStatus());
      end();
      return null;
    } catch (IOException e) {
      close(
          Status.INTERNAL
              .withDescription(name() + " can't be started: " + e.getMessage())
              .withCause(e));
      end();
      return null;
    }
    boolean late;
    synchronized (lock) {
      program = started;
      late = closed;
    }
    if (late) {
      started.kill();
    }
    return started;
  }

  private void write(byte[] encoded) {
    Program running = program();
    if (running == null) {
      return;
    }
    try {
      running.write((text.request(encoded) + "\n").getBytes(UTF_8));
    } catch (StatusException e) {
      abort(e.getStatus());
      return;
    } catch (IOException e) {
      return; // it has ended, which the other thread tells of
    }
    call.request(1);
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
    abort(
        Status.DEADLINE_EXCEEDED.withDescription(
            "%s took longer than its deadline of %d ms".formatted(name(), most.toMillis())));
  }

  @Override
  public void abort(Status status) {
    close(status);
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
    Program running;
    boolean ends;
    synchronized (lock) {
      running = program;
      ends = launching;
    }
    if (running != null) {
      running.kill();
    } else if (!ends) {
      end();
    }
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
    surroundings.calls().remove(this);
  }

  private String name() {
    return handler.command().get(0);
  }
}
