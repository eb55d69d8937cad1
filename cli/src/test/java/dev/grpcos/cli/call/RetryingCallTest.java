package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.connection.Retries;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class RetryingCallTest {
  private final BlockingQueue<FakeAttempt> attempts = new LinkedBlockingQueue<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private volatile Runnable onStart = () -> {};

  private final ClientCall.Listener<String> listener =
      new ClientCall.Listener<>() {
        @Override
        public void onHeaders(Metadata headers) {
          events.add("headers");
        }

        @Override
        public void onMessage(String message) {
          events.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
          events.add(status.getCode().name());
          end.complete(status);
        }
      };

  @Test
  void failedCallIsRepeatedWithItsRequest() throws Exception {
    RetryingCall<String, String> call = call(MethodType.UNARY, new Retries(2, false));
    startWith(call, "request");
    attempts.take().fail(Status.UNAVAILABLE);
    FakeAttempt second = attempts.take();
    second.answer("response");
    assertThat(end.get()).isEqualTo(Status.OK);
    assertThat(second.operations)
        .containsExactly("start", "request 1", "send request", "half-close");
    assertThat(events).containsExactly("headers", "response", "OK");
  }

  @Test
  void lastFailureIsTheCallsStatus() throws Exception {
    RetryingCall<String, String> call = call(MethodType.UNARY, new Retries(1, false));
    startWith(call, "request");
    attempts.take().fail(Status.UNAVAILABLE.withDescription("first"));
    attempts.take().fail(Status.UNAVAILABLE.withDescription("second"));
    assertThat(end.get().getDescription()).isEqualTo("second");
    assertThat(events).containsExactly("UNAVAILABLE");
  }

  @Test
  void headersCommitACallThatIsNotIdempotent() throws Exception {
    RetryingCall<String, String> call = call(MethodType.UNARY, new Retries(5, false));
    startWith(call, "request");
    FakeAttempt attempt = attempts.take();
    attempt.listener().onHeaders(new Metadata());
    attempt.fail(Status.UNAVAILABLE);
    assertThat(end.get().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(events).containsExactly("headers", "UNAVAILABLE");
  }

  @Test
  void headersOfADroppedAttemptAreNotDelivered() throws Exception {
    RetryingCall<String, String> call = call(MethodType.UNARY, new Retries(5, true));
    startWith(call, "request");
    FakeAttempt attempt = attempts.take();
    attempt.listener().onHeaders(new Metadata());
    attempt.fail(Status.ABORTED);
    attempts.take().answer("response");
    end.get();
    assertThat(events).containsExactly("headers", "response", "OK");
  }

  @Test
  void streamIsNotRepeatedAfterItsRequestsWereSent() throws Exception {
    RetryingCall<String, String> call = call(MethodType.BIDI_STREAMING, new Retries(5, false));
    startWith(call, "request");
    attempts.take().fail(Status.UNAVAILABLE);
    assertThat(end.get().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void cancellationBetweenAttemptsCancelsTheNext() throws Exception {
    BlockingQueue<Runnable> later = new LinkedBlockingQueue<>();
    RetryingCall<String, String> call =
        new RetryingCall<>(
            () -> new FakeAttempt(attempts, onStart),
            method(MethodType.UNARY),
            CallOptions.DEFAULT.withExecutor(later::add),
            new Retries(1, false));
    startWith(call, "request");
    attempts.take().fail(Status.UNAVAILABLE);
    call.cancel("enough", null);
    later.take().run();
    FakeAttempt second = attempts.take();
    assertThat(end.get().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(second.operations).containsExactly("start", "cancel");
  }

  @Test
  void attemptIsCalledWithoutALock() throws Exception {
    CountDownLatch used = new CountDownLatch(1);
    RetryingCall<String, String> call = call(MethodType.UNARY, new Retries(1, false));
    startWith(call, "request");
    FakeAttempt first = attempts.take();
    onStart =
        () -> {
          // Another thread must be able to use the call while this one starts the next attempt.
          new Thread(
                  () -> {
                    call.isReady();
                    call.request(1);
                    used.countDown();
                  })
              .start();
          try {
            assertThat(used.await(60, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    first.fail(Status.UNAVAILABLE);
    attempts.take().answer("response");
    assertThat(end.get()).isEqualTo(Status.OK);
  }

  @Test
  void attemptThatCannotStartEndsTheCall() throws Exception {
    RetryingCall<String, String> call =
        new RetryingCall<>(
            () -> {
              throw new IllegalStateException("no channel");
            },
            method(MethodType.UNARY),
            CallOptions.DEFAULT,
            new Retries(1, false));
    call.start(listener, new Metadata());
    assertThat(end.get().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(end.get().getCause()).hasMessage("no channel");
  }

  private RetryingCall<String, String> call(MethodType type, Retries retries) {
    return new RetryingCall<>(
        () -> new FakeAttempt(attempts, onStart), method(type), CallOptions.DEFAULT, retries);
  }

  private void startWith(RetryingCall<String, String> call, String request) {
    call.start(listener, new Metadata());
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
  }

  private static MethodDescriptor<String, String> method(MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName("test.Service/Method")
        .setRequestMarshaller(Text.MARSHALLER)
        .setResponseMarshaller(Text.MARSHALLER)
        .build();
  }

  private enum Text implements MethodDescriptor.Marshaller<String> {
    MARSHALLER;

    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public String parse(InputStream stream) {
      return "";
    }
  }

  /** An attempt that is ended by the test. */
  private static final class FakeAttempt extends ClientCall<String, String> {
    private final BlockingQueue<FakeAttempt> attempts;
    private final Runnable onStart;
    private final List<String> operations = new CopyOnWriteArrayList<>();
    private @Nullable Listener<String> listener;

    FakeAttempt(BlockingQueue<FakeAttempt> attempts, Runnable onStart) {
      this.attempts = attempts;
      this.onStart = onStart;
    }

    @Override
    public void start(Listener<String> responses, Metadata headers) {
      operations.add("start");
      listener = responses;
      onStart.run();
    }

    @Override
    public void request(int count) {
      operations.add("request " + count);
    }

    @Override
    public void sendMessage(String message) {
      operations.add("send " + message);
    }

    @Override
    public void halfClose() {
      operations.add("half-close");
      attempts.add(this);
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      operations.add("cancel");
      listener().onClose(Status.CANCELLED, new Metadata());
      attempts.add(this);
    }

    Listener<String> listener() {
      if (listener == null) {
        throw new IllegalStateException("not started");
      }
      return listener;
    }

    void answer(String response) {
      listener().onHeaders(new Metadata());
      listener().onMessage(response);
      listener().onClose(Status.OK, new Metadata());
    }

    void fail(Status status) {
      listener().onClose(status, new Metadata());
    }
  }
}
