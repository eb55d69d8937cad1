package dev.grpcos.cli.daemon;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.ShareRequest;
import dev.grpcos.proto.admin.v1.ShareResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A socket that a gateway shares for as long as this process keeps the call open. If the gateway is
 * killed, its files are removed here.
 */
public final class ShareSession implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.cli.share");
  private static final Duration END = Duration.ofSeconds(5);

  private final CompletableFuture<ShareResponse> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final StreamObserver<ShareRequest> requests;
  private final ShareResponse response;

  /** Device and inode of the files of the socket by path. */
  private final Map<Path, Object> files = new HashMap<>();

  /**
   * Opens the socket.
   *
   * @throws CallFailedException if the gateway refuses it
   */
  public ShareSession(Channel gateway, ShareRequest request) {
    requests =
        AdminGrpc.newStub(gateway)
            .share(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ShareResponse response) {
                    opened.complete(response);
                  }

                  @Override
                  public void onError(Throwable cause) {
                    opened.completeExceptionally(cause);
                    ended.completeExceptionally(cause);
                  }

                  @Override
                  public void onCompleted() {
                    opened.completeExceptionally(
                        Status.UNAVAILABLE.withDescription("the socket has ended").asException());
                    ended.complete(null);
                  }
                });
    requests.onNext(request);
    try {
      response = opened.join();
    } catch (CompletionException e) {
      throw failure(e);
    }
    for (String suffix : new String[] {"", ".cli"}) {
      Path file = Path.of(response.getSocket() + suffix);
      Object key = keyAt(file);
      if (key != null) {
        files.put(file, key);
      }
    }
  }

  /** Returns the answer of the gateway. */
  public ShareResponse response() {
    return response;
  }

  /** Returns a future that completes when the gateway has ended the socket, or is gone. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /**
   * Waits until the socket has ended.
   *
   * @throws CallFailedException if the gateway is gone
   */
  public void await() {
    try {
      ended.join();
    } catch (CompletionException e) {
      throw failure(e);
    }
  }

  private static CallFailedException failure(CompletionException e) {
    return new CallFailedException(
        Status.fromThrowable(e),
        Status.trailersFromThrowable(e),
        AdminGrpc.getShareMethod().getFullMethodName());
  }

  /** Ends the socket, and waits until the gateway has removed it. */
  @Override
  public void close() {
    if (!ended.isDone()) {
      requests.onCompleted();
    }
    try {
      ended.handle((unused, failure) -> null).get(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.DEBUG, "the gateway has not ended the shared socket", e);
    }
    if (ended.isCompletedExceptionally()) {
      files.forEach(ShareSession::remove);
    }
  }

  private static void remove(Path file, Object key) {
    try {
      if (Objects.equals(key, keyAt(file))) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, file + " cannot be removed", e);
    }
  }

  private static @Nullable Object keyAt(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException e) {
      return null;
    }
  }
}
