package dev.grpcos.gateway;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Records the responses and the status of a call. */
public final class StreamRecorder<T> implements StreamObserver<T> {
  private final List<T> messages = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Status> status = new CompletableFuture<>();

  @Override
  public void onNext(T message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable cause) {
    status.complete(Status.fromThrowable(cause));
  }

  @Override
  public void onCompleted() {
    status.complete(Status.OK);
  }

  public List<T> messages() {
    return messages;
  }

  /** Waits for the call's status. */
  public Status status() throws Exception {
    return status.get(60, TimeUnit.SECONDS);
  }

  public boolean ended() {
    return status.isDone();
  }

  /** Waits for this number of messages. */
  public List<T> first(int count) throws Exception {
    Await.until(count + " messages", () -> messages.size() >= count);
    return messages.subList(0, count);
  }
}
