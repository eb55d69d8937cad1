package dev.grpcos.cli.resident;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The answers of the launcher to requests of one kind, which are sent one at a time. One thread of
 * a command at a time sends a request and waits; the answers arrive on the event loop.
 */
final class LauncherAnswers<T> {
  /** The answer to the request that was sent, until it arrives; null if there is none. */
  private final AtomicReference<@Nullable CompletableFuture<T>> expected = new AtomicReference<>();

  private volatile boolean ended;

  /** The answer that no caller has used, because a wait was interrupted; used by the waiter. */
  private @Nullable CompletableFuture<T> left;

  /** Sends a request. */
  interface RequestSender {
    void send() throws IOException;
  }

  /**
   * Sends a request and waits for its answer. If an earlier wait was interrupted, waits for that
   * answer instead, and sends nothing.
   *
   * @throws IOException if the launcher reports a failure, or there are no more answers
   */
  T await(RequestSender request) throws IOException {
    CompletableFuture<T> answer = left;
    if (answer == null) {
      answer = new CompletableFuture<>();
      left = answer;
      expected.set(answer);
      if (ended) {
        answer.completeExceptionally(closed());
      } else {
        request.send();
      }
    }
    try {
      T arrived = answer.get();
      left = null;
      return arrived;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      left = null;
      Throwable cause = Objects.requireNonNull(e.getCause(), "of every failure");
      throw new IOException(cause.getMessage(), cause);
    }
  }

  /** Waits for the answer that an interrupted wait has left, if any, and drops it. */
  void discard() throws IOException {
    if (left != null) {
      var unused = await(() -> {});
    }
  }

  /** Receives an answer; called on the event loop. */
  void arrived(T answer) {
    take().complete(answer);
  }

  /** Receives a failure; called on the event loop. */
  void failed(String reason) {
    take().completeExceptionally(new IOException(reason));
  }

  private CompletableFuture<T> take() {
    CompletableFuture<T> answer = expected.getAndSet(null);
    if (answer == null) {
      throw new Protocol.Violation("an answer without a request");
    }
    return answer;
  }

  /** Wakes the waiting thread, because the command has ended or its caller is gone. */
  void end() {
    ended = true;
    CompletableFuture<T> answer = expected.get();
    if (answer != null) {
      answer.completeExceptionally(closed());
    }
  }

  private static IOException closed() {
    return new IOException("Stream closed");
  }
}
