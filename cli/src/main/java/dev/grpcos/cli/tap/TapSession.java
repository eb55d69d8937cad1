package dev.grpcos.cli.tap;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.EndTapRequest;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A call of {@code Admin.Tap}. */
public final class TapSession {
  /** The least time between two reports of lost calls. */
  private static final Duration REPORTS = Duration.ofSeconds(1);

  /** The longest time for the gateway to confirm the end. */
  private static final Duration ENDING = Duration.ofSeconds(10);

  private static final Status NO_ANSWER =
      Status.UNAVAILABLE.withDescription("the gateway does not answer");

  /** Above the most that the gateway sends for a message, as JSON. */
  private static final int MOST_BYTES = 64 << 20;

  private final AdminGrpc.AdminBlockingStub admin;
  private final Duration ending;

  /** The context of the call, which is cancelled if the gateway does not end it. */
  private final Context.CancellableContext context = Context.current().withCancellation();

  private final Iterator<TapResponse> responses;
  private final TapResponse.Opened opened;
  private volatile long lost;
  private long reported;
  private long reportedAt = System.nanoTime() - REPORTS.toNanos();

  /**
   * Starts the call, and waits until the gateway reports calls.
   *
   * @throws CallFailedException if the gateway refuses it
   */
  public TapSession(Channel gateway, TapRequest request) {
    this(gateway, request, ENDING);
  }

  /**
   * @param ending the longest time for the gateway to confirm the end
   */
  TapSession(Channel gateway, TapRequest request, Duration ending) {
    this.ending = ending;
    admin = AdminGrpc.newBlockingStub(gateway).withMaxInboundMessageSize(MOST_BYTES);
    Context previous = context.attach();
    try {
      responses = admin.tap(request);
      opened = responses.next().getOpened();
    } catch (StatusRuntimeException e) {
      throw failure(e);
    } finally {
      context.detach(previous);
    }
  }

  /** Returns the patterns that match none of the known methods. */
  public List<String> unmatched() {
    return opened.getUnmatchedList();
  }

  /** Returns the number of calls so far that were not reported, or not completely. */
  public long lost() {
    return lost;
  }

  /**
   * Passes the steps of calls to the output until the session ends, or the output has shown enough
   * calls.
   *
   * @param limit the number of calls
   * @throws CallFailedException if the gateway is gone
   */
  public void run(TapOutput output, long limit, ErrorOutput errors) {
    try {
      while (responses.hasNext()) {
        TapResponse response = responses.next();
        lost = response.getLost();
        if (lost > reported && System.nanoTime() - reportedAt > REPORTS.toNanos()) {
          report(errors);
        }
        for (CallStep step : response.getStepsList()) {
          if (output.add(step) >= limit) {
            return;
          }
        }
      }
    } catch (StatusRuntimeException e) {
      throw failure(context.cancellationCause() instanceof StatusRuntimeException end ? end : e);
    } finally {
      if (lost > reported) {
        report(errors);
      }
    }
  }

  private void report(ErrorOutput errors) {
    errors.line(
        "grpcos: %d %s missing or incomplete, because they came faster than they were read"
            .formatted(lost - reported, lost - reported == 1 ? "call is" : "calls are"));
    reported = lost;
    reportedAt = System.nanoTime();
  }

  /**
   * Ends the session after all calls that have ended before. If the gateway is gone or does not
   * answer, {@link #run} fails.
   *
   * @return whether the gateway has ended the session now
   */
  public boolean finish() {
    try {
      var unused =
          admin
              .withDeadlineAfter(ending.toNanos(), TimeUnit.NANOSECONDS)
              .endTap(EndTapRequest.newBuilder().setTap(opened.getTap()).build());
      return true;
    } catch (StatusRuntimeException e) {
      StatusRuntimeException end = e;
      if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
        end = NO_ANSWER.asRuntimeException(); // without a cause, which would be explained instead
        end.addSuppressed(e);
      }
      boolean unused = context.cancel(end);
      return false;
    }
  }

  private static CallFailedException failure(StatusRuntimeException e) {
    return new CallFailedException(
        e.getStatus(), e.getTrailers(), AdminGrpc.getTapMethod().getFullMethodName());
  }
}
