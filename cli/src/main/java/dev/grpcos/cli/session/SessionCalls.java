package dev.grpcos.cli.session;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallbackQueue;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.json.JsonValue;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a session: applies the lines of the input to them, and decides when the session
 * ends. Confined to the thread of the {@link CallbackQueue}.
 *
 * <p>Calls with one request and one response have places of their own, because each of them ends
 * without further lines. A stream may need lines to end, so it must not take the place of others.
 */
final class SessionCalls {
  /**
   * The number of ids that are kept of calls that were refused, or ended before their requests did.
   * A script may have written further requests before it read that.
   */
  private static final int MAX_ENDED_EARLY = 1_000;

  /**
   * The number of streams that may wait for a place while all streams in flight wait for lines.
   * Further ones would keep those lines from being read.
   */
  private static final int MAX_WAITING = LineRoom.MAX_BYTES / LineRoom.LEAST_BYTES / 2;

  /** The room that these streams may hold then, for the same reason. */
  private static final int MAX_WAITING_ROOM = LineRoom.MAX_BYTES / 2;

  private final SessionSettings settings;
  private final CallbackQueue callbacks;
  private final SessionReport report;
  private final LineRoom room;
  private final CallFactory factory;
  private final Places unary;
  private final Places streams;
  private final Map<SessionId, SessionCall> calls = new HashMap<>();
  private final Set<SessionId> endedEarly = new LinkedHashSet<>();

  private boolean inputEnded;
  private boolean stopping;
  private long firstFailure = Long.MAX_VALUE;
  private int exitCode = ExitCode.OK;

  /** Creates the call that a line begins. */
  interface CallFactory {
    SessionCall create(SessionLine.Start start);
  }

  SessionCalls(
      SessionSettings settings,
      CallbackQueue callbacks,
      SessionReport report,
      LineRoom room,
      CallFactory factory) {
    this.settings = settings;
    this.callbacks = callbacks;
    this.report = report;
    this.room = room;
    this.factory = factory;
    this.unary = new Places(settings.concurrency());
    this.streams = new Places(settings.concurrency());
  }

  /** Returns whether there are no further lines and no calls. */
  boolean finished() {
    return (inputEnded || stopping) && calls.isEmpty();
  }

  /** Returns whether the input has ended, and not the session before it. */
  boolean inputHasEnded() {
    return inputEnded;
  }

  /** Returns the exit code for the first failure in the order of the input. */
  int exitCode() {
    return exitCode;
  }

  /**
   * Applies a line.
   *
   * @param size the room that the line holds
   */
  void apply(SessionLine line, int size) {
    if (stopping) {
      room.release(size);
    } else if (line instanceof SessionLine.Start start) {
      begin(start, size);
    } else if (line instanceof SessionLine.Continuation more) {
      proceed(more, size);
    } else {
      room.release(size);
      if (line instanceof SessionLine.Invalid invalid) {
        refuse(invalid);
      } else if (line instanceof SessionLine.Cancel cancel) {
        SessionCall call = calls.get(cancel.id());
        if (call != null) {
          end(call, Status.CANCELLED.withDescription("cancelled by the session's input"));
        }
      }
    }
  }

  private void begin(SessionLine.Start start, int size) {
    if (calls.containsKey(start.id())) {
      room.release(size);
      refuse(
          start.number(),
          start.id(),
          CliException.usage(
              "%s: a call with id %s is in flight; give each call an id of its own",
              place(start.number()), start.id().json()));
      return;
    }
    Places places = start.method().isStream() ? streams : unary;
    if (places.isFull() && wouldBlock(places, size)) {
      room.release(size);
      refuseCall(start.number(), start.id(), blocked(start.number(), start.method(), places));
      return;
    }
    SessionCall call = factory.create(start);
    List<DynamicMessage> requests;
    try {
      requests = requests(start.requests(), call, start.number());
    } catch (RuntimeException e) {
      room.release(size);
      refuseCall(start.number(), start.id(), usage(e));
      return;
    }
    if (requests.isEmpty() && start.method().takesOneRequest()) {
      requests = List.of(start.method().empty());
    }
    endedEarly.remove(start.id());
    calls.put(start.id(), call);
    if (requests.isEmpty() && places.isFull()) {
      call.holdUntilStart(size);
    } else {
      add(requests, call, size);
    }
    if (start.complete()) {
      call.complete();
    }
    if (places.take(call)) {
      call.start(settings.memory(), callbacks, this::ended);
    }
  }

  private void proceed(SessionLine.Continuation more, int size) {
    SessionCall call = calls.get(more.id());
    if (call != null && call.isOpen()) {
      Places places = placesOf(call);
      if (places.isWaiting(call) && wouldBlock(places, size)) {
        room.release(size);
        fail(call, blocked(more.number(), call.method(), places));
        return;
      }
    }
    if (call == null || !call.isOpen()) {
      room.release(size);
      if (call == null && endedEarly.contains(more.id())) {
        return;
      }
      if (call == null || !call.endedHere()) {
        refuse(more.number(), more.id(), problem(more, call));
      }
      return;
    }
    List<DynamicMessage> requests;
    try {
      requests = requests(more.requests(), call, more.number());
    } catch (RuntimeException e) {
      room.release(size);
      fail(call, usage(e));
      return;
    }
    add(requests, call, size);
    if (more.end()) {
      call.complete();
    }
    call.send();
  }

  private Places placesOf(SessionCall call) {
    return call.method().isStream() ? streams : unary;
  }

  /**
   * Returns whether calls that wait would hold back the lines for which those in flight wait.
   *
   * @param more the room that the calls would hold besides
   */
  private static boolean wouldBlock(Places places, int more) {
    return !places.canAdvance()
        && (places.waiting() >= MAX_WAITING || places.waitingRoom() + more > MAX_WAITING_ROOM);
  }

  private static CliException blocked(long line, SessionMethod method, Places places) {
    return new CallFailedException(
        Status.RESOURCE_EXHAUSTED.withDescription(
            places.waiting() >= MAX_WAITING
                ? "%s: %d streams wait for a place, and those in flight wait for requests; end some, or raise -j"
                    .formatted(place(line), places.waiting())
                : "%s: the streams that wait for a place would hold over %d bytes, and those in flight wait for requests; end some, or raise -j"
                    .formatted(place(line), MAX_WAITING_ROOM)),
        null,
        method.name());
  }

  private static CliException problem(SessionLine.Continuation more, @Nullable SessionCall call) {
    return call == null
        ? CliException.usage(
            "%s: no call with id %s is in flight; begin one with method",
            place(more.number()), more.id().json())
        : CliException.usage(
            "%s: the requests of the call with id %s have ended; begin another call",
            place(more.number()), more.id().json());
  }

  private List<DynamicMessage> requests(List<JsonValue> values, SessionCall call, long line) {
    List<DynamicMessage> requests = new ArrayList<>();
    for (JsonValue value : values) {
      DynamicMessage request = call.method().requests().read(value);
      if (request.getSerializedSize() > settings.maxMessage()) {
        throw CliException.usage(
            "%s: the request has %d bytes, over the limit of %d; raise --max-message-size to send"
                + " it",
            place(line), request.getSerializedSize(), settings.maxMessage());
      }
      requests.add(request);
    }
    return requests;
  }

  /** Adds the requests of a line, whose room is released with the last of them. */
  private void add(List<DynamicMessage> requests, SessionCall call, int size) {
    for (int i = 0; i < requests.size(); i++) {
      call.add(requests.get(i), i == requests.size() - 1 ? size : 0);
    }
    if (requests.isEmpty()) {
      room.release(size);
    }
  }

  private static String place(long line) {
    return "standard input line " + line;
  }

  private static CliException usage(RuntimeException e) {
    CliException known = CliException.of(e);
    if (known == null) {
      throw e;
    }
    return known;
  }

  // ---- ends ----

  /** Ends the calls whose requests have not ended, because there are no further lines. */
  void inputEnded() {
    inputEnded = true;
    for (SessionCall call : List.copyOf(calls.values())) {
      if (call.isOpen() && calls.get(call.id()) == call) {
        end(
            call,
            Status.CANCELLED.withDescription(
                "standard input ended before the call's requests; end them with"
                    + " {\"id\":%s,\"end\":true}".formatted(call.id().json())));
        failed(call.line(), ExitCode.STATUS_BASE + Status.Code.CANCELLED.value());
      }
    }
  }

  /** Reports an invalid line; a call that waits for requests ends with it. */
  private void refuse(SessionLine.Invalid invalid) {
    CliException problem = usage(invalid.problem());
    SessionId id = invalid.id();
    SessionCall call = id == null || invalid.begins() ? null : calls.get(id);
    if (call != null && call.isOpen()) {
      fail(call, problem);
    } else if (id != null && invalid.begins() && !calls.containsKey(id)) {
      refuseCall(invalid.number(), id, problem);
    } else {
      refuse(invalid.number(), id, problem);
    }
  }

  /** Refuses a line that would begin a call. Further lines for that call are ignored. */
  private void refuseCall(long line, SessionId id, CliException problem) {
    remember(id);
    refuse(line, id, problem);
  }

  private void refuse(long line, @Nullable SessionId id, CliException problem) {
    report.refused(line, id, problem);
    failed(line, problem.exitCode());
  }

  private void fail(SessionCall call, CliException problem) {
    end(call, report.status(problem));
    failed(call.line(), problem.exitCode());
  }

  private void end(SessionCall call, Status status) {
    if (call.endedHere()) {
      return; // the end has been requested before
    }
    boolean wasOpen = call.isOpen();
    if (wasOpen) {
      remember(call.id());
    }
    if (call.end(status)) {
      calls.remove(call.id());
      leave(call);
    }
  }

  private void ended(SessionCall call, Status status) {
    if (call.isOpen()) {
      remember(call.id());
    }
    calls.remove(call.id());
    // Before the next call starts, because a failure may be the end of all.
    if (!call.endedHere() && !status.isOk() && !settings.okCodes().contains(status.getCode())) {
      failed(call.line(), ExitCode.STATUS_BASE + status.getCode().value());
    }
    leave(call);
  }

  private void remember(SessionId id) {
    boolean unused = endedEarly.add(id);
    if (endedEarly.size() > MAX_ENDED_EARLY) {
      endedEarly.remove(endedEarly.iterator().next());
    }
  }

  private void leave(SessionCall call) {
    Places places = placesOf(call);
    SessionCall next = places.leave(call);
    if (next != null) {
      next.start(settings.memory(), callbacks, this::ended);
    }
    while (places.waiting() > 0
        && places.waitingRoom() > MAX_WAITING_ROOM
        && !places.canAdvance()) {
      SessionCall last = places.lastWaiting();
      fail(last, blocked(last.line(), last.method(), places));
    }
  }

  private void failed(long line, int code) {
    if (line < firstFailure) {
      firstFailure = line;
      exitCode = code;
    }
    if (!settings.keepGoing() && !stopping) {
      stop(line);
    }
  }

  /** Starts no further call, and ends the streams in flight, which may need lines to end. */
  private void stop(long line) {
    stopping = true;
    for (Places places : List.of(unary, streams)) {
      for (SessionCall call : places.removeWaiting()) {
        calls.remove(call.id());
        call.drop();
      }
    }
    Status why =
        Status.CANCELLED.withDescription(
            "ended because of the failure on line %d; give --keep-going to continue after one"
                .formatted(line));
    for (SessionCall call : List.copyOf(calls.values())) {
      if (call.method().isStream()) {
        end(call, why);
      }
    }
  }
}
