package dev.grpcos.cli.session;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.CallSettings;
import dev.grpcos.cli.call.CallbackQueue;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.call.OneCall;
import dev.grpcos.cli.output.SessionPrinter;
import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call of a session. It may wait for a place before it starts, and keeps its requests until the
 * server can take them. Confined to the thread of the {@link CallbackQueue}.
 */
final class SessionCall implements CallObserver, CallObservers {
  /** Receives the end of a call, after its last line is printed. */
  interface CallEnd {
    /**
     * Takes the call's status.
     *
     * @throws RuntimeException if the call's lines could not be printed
     */
    void ended(SessionCall call, Status status);
  }

  /** Explains the status of a call that has failed. */
  interface StatusOfCall {
    /**
     * Returns the status with a description of its cause.
     *
     * @param deadline the longest time that the call could take; null for no limit
     * @param responses the number of responses before it
     */
    Status explain(@Nullable Duration deadline, Status status, long responses);
  }

  /**
   * A request that the server has not received yet.
   *
   * @param room the room to release when it is sent
   */
  private record Unsent(DynamicMessage request, int room) {}

  private final SessionId id;
  private final long line;
  private final SessionMethod method;
  private final Metadata metadata;
  private final @Nullable Duration longest;
  private final @Nullable Instant latest;
  private final SessionPrinter printer;
  private final LineRoom room;
  private final StatusOfCall explanation;
  private final Deque<Unsent> unsent = new ArrayDeque<>(1);

  /** The room of the unsent requests, and of the line that began the call while it waits. */
  private int held;

  /** The room to release at the start. */
  private int heldUntilStart;

  /** Whether the input has no further requests for this call. */
  private boolean complete;

  private boolean halfClosed;
  private @Nullable OneCall call;
  private @Nullable Metadata headers;
  private @Nullable DynamicMessage response;
  private @Nullable Duration deadline;
  private Status status = Status.UNKNOWN;
  private boolean endedHere;

  SessionCall(
      SessionLine.Start start, SessionPrinter printer, LineRoom room, StatusOfCall explanation) {
    // Not the line itself, whose requests are converted.
    this.id = start.id();
    this.line = start.number();
    this.method = start.method();
    this.metadata = start.metadata();
    this.longest = start.deadline();
    this.latest = start.latest();
    this.printer = printer;
    this.room = room;
    this.explanation = explanation;
  }

  SessionId id() {
    return id;
  }

  /** Returns the number of the line that began the call. */
  long line() {
    return line;
  }

  SessionMethod method() {
    return method;
  }

  /** Returns whether the call takes further requests. */
  boolean isOpen() {
    return !complete;
  }

  /** Returns whether this side has ended the call, with a status of its own. */
  boolean endedHere() {
    return endedHere;
  }

  // ---- requests ----

  /**
   * Adds a request, which is sent when the server can take it.
   *
   * @param size the room of its line to release then
   */
  void add(DynamicMessage request, int size) {
    unsent.add(new Unsent(request, size));
    held += size;
  }

  /** Holds the room of a line without requests, so that the calls that wait are bounded too. */
  void holdUntilStart(int size) {
    heldUntilStart += size;
    held += size;
  }

  /** Returns the room that the call holds. */
  int held() {
    return held;
  }

  /** Ends the requests. */
  void complete() {
    complete = true;
  }

  /**
   * Starts the call.
   *
   * @param memory is charged with large responses
   */
  void start(MessageAccount memory, CallbackQueue callbacks, CallEnd end) {
    Consumer<OneCall> closed =
        ended -> {
          releaseUnsent();
          Status unused = ended.status(); // throws if a line could not be printed
          end.ended(this, status);
        };
    deadline = CallSettings.earlier(longest, latest);
    OneCall made =
        method()
            .callable()
            .newCall(
                method().channel(),
                deadline,
                0,
                memory,
                callbacks,
                new NumberedRequest(line()),
                this,
                closed);
    call = made;
    releaseStart();
    made.whenReady(this::send);
    made.takeTurn();
    Metadata sent = new Metadata();
    sent.merge(metadata);
    made.start(sent);
    send();
  }

  /** Sends what the server can take now. Does nothing before the start. */
  void send() {
    OneCall running = call;
    if (running == null) {
      return;
    }
    while (!unsent.isEmpty() && (method().takesOneRequest() || running.isReady())) {
      Unsent next = unsent.remove();
      running.send(next.request());
      held -= next.room();
      room.release(next.room());
    }
    if (unsent.isEmpty() && complete && !halfClosed) {
      halfClosed = true;
      running.halfClose();
    }
  }

  private void releaseStart() {
    held -= heldUntilStart;
    room.release(heldUntilStart);
    heldUntilStart = 0;
  }

  private void releaseUnsent() {
    releaseStart();
    unsent.forEach(each -> room.release(each.room()));
    unsent.clear();
    held = 0;
  }

  // ---- the end ----

  /**
   * Cancels the call with this status. A call that has not started ends at once.
   *
   * @return whether it has ended
   */
  boolean end(Status why) {
    endedHere = true;
    complete = true;
    releaseUnsent();
    if (call != null) {
      call.decide(why);
      return false;
    }
    closed(why, new Metadata(), CallFigures.NONE);
    return true;
  }

  /** Drops a call that has not started; nothing is printed. */
  void drop() {
    releaseUnsent();
  }

  // ---- events ----

  @Override
  public CallObserver started(NumberedRequest request) {
    return this;
  }

  @Override
  public void idle() {
    printer.flush();
  }

  @Override
  public void headers(Metadata received, long after) {
    headers = received;
  }

  @Override
  public void response(DynamicMessage received, long after) {
    if (method().returnsOneResponse()) {
      response = received;
    } else {
      printer.response(id().json(), received, method().writer());
    }
  }

  @Override
  public void closed(Status received, Metadata trailers, CallFigures figures) {
    status =
        received.isOk() || endedHere
            ? received
            : explanation.explain(deadline, received, figures.responses());
    printer.ended(
        id().json(),
        line(),
        status,
        headers,
        trailers,
        figures.total(),
        response,
        method().writer());
  }
}
