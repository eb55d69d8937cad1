package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response that another thread creates, because creating it would block an event loop too long.
 * Confined to the event loop, except that the other thread reads whether it is still wanted.
 */
final class BackgroundPage implements BodilessExchange {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");

  /** The pages that wait for the thread; further ones are refused. */
  private static final int WAITING = 64;

  private static final int IDLE_SECONDS = 10;

  private final HttpReply reply;
  private final String contentType;
  private volatile boolean done;

  BackgroundPage(HttpReply reply, String contentType) {
    this.reply = reply;
    this.contentType = contentType;
  }

  /** Returns an executor for the pages of a gateway: one thread, which ends when it is idle. */
  static Executor executor() {
    ThreadPoolExecutor pages =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            new DefaultThreadFactory("grpcos-pages", true));
    pages.allowCoreThreadTimeOut(true);
    return pages;
  }

  /**
   * Starts the exchange, and returns it.
   *
   * @param pages calls the supplier, or throws RejectedExecutionException if it has too much to do
   */
  BackgroundPage begin(Supplier<String> text, Executor pages, EventExecutor loop) {
    try {
      var unused =
          CompletableFuture.supplyAsync(() -> done ? "" : text.get(), pages)
              .whenCompleteAsync(this::send, loop);
    } catch (RejectedExecutionException e) {
      stop(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "%d other pages are being created, the gateway's limit; try again later"
                  .formatted(WAITING)));
    }
    return this;
  }

  private void send(@Nullable String text, @Nullable Throwable failure) {
    if (done) {
      return;
    }
    if (text == null) {
      LOG.log(System.Logger.Level.ERROR, "a page cannot be made", failure);
      stop(Status.INTERNAL.withDescription("the page cannot be made; the gateway's log has why"));
      return;
    }
    done = true;
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(HttpHeaderNames.CONTENT_TYPE, contentType);
    reply.whole(HttpResponseStatus.OK, fields, text.getBytes(UTF_8));
  }

  @Override
  public void stop(Status status) {
    if (!done) {
      done = true;
      reply.error(status);
    }
  }

  @Override
  public void gone() {
    done = true;
  }
}
