package dev.grpcos.cli.output;

import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import io.grpc.Status;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Counts the calls of a command and their failures, and passes all events on to other observers.
 *
 * <p>The calls' thread counts; any thread may read the texts.
 */
public final class BatchReport implements CallObservers {
  private final CallObservers next;
  private final Set<Status.Code> accepted;
  private final Runnable onBatch;

  private final Map<Status.Code, Long> failures = new EnumMap<>(Status.Code.class);
  private NumberedRequest first = new NumberedRequest(Long.MAX_VALUE);
  private long started;
  private long done;
  private long failed;

  /**
   * Creates a report without calls.
   *
   * @param accepted codes that are not failures
   * @param onBatch runs once, on the calls' thread, when a second call starts
   */
  public BatchReport(CallObservers next, Set<Status.Code> accepted, Runnable onBatch) {
    this.next = next;
    this.accepted = accepted;
    this.onBatch = onBatch;
  }

  @Override
  public CallObserver started(NumberedRequest request) {
    boolean batch;
    synchronized (this) {
      batch = ++started == 2;
    }
    if (batch) {
      onBatch.run();
    }
    return new ObservedCall(next.started(request), code -> ended(request, code));
  }

  @Override
  public void idle() {
    next.idle();
  }

  private synchronized void ended(NumberedRequest request, Status.Code code) {
    done++;
    if (code != Status.Code.OK && !accepted.contains(code)) {
      failed++;
      failures.merge(code, 1L, Long::sum);
      if (request.number() < first.number()) {
        first = request;
      }
    }
  }

  /** Returns the line that ends a batch; empty if there was one call, or no failure. */
  public synchronized Optional<String> summary() {
    return started < 2 || failed == 0
        ? Optional.empty()
        : Optional.of("grpcos: %d of %d calls failed: %s".formatted(failed, done, details()));
  }

  /** Returns the line for a batch that a signal ends; empty if there was one call. */
  synchronized Optional<String> interruption() {
    if (started < 2) {
      return Optional.empty();
    }
    String failures = failed == 0 ? "" : ", %d failed: %s".formatted(failed, details());
    return Optional.of("grpcos: interrupted after %d calls%s".formatted(done, failures));
  }

  private synchronized String details() {
    String codes =
        failures.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return first.place().isEmpty() ? codes : codes + "; first: " + first.place();
  }

  /** Returns the number of calls that have ended. */
  synchronized long done() {
    return done;
  }

  /** Returns the number of calls that have failed. */
  synchronized long failed() {
    return failed;
  }
}
