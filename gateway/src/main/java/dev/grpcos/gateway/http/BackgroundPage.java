package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response that another thread creates, because creating it would block an event loop too long.
 */
final class BackgroundPage implements Exchange {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");

  private final HttpReply reply;
  private final String contentType;
  private boolean done;

  BackgroundPage(HttpReply reply, String contentType) {
    this.reply = reply;
    this.contentType = contentType;
  }

  /** Starts the exchange, and returns it. */
  BackgroundPage begin(Supplier<String> text, EventExecutor loop) {
    var unused = CompletableFuture.supplyAsync(text).whenCompleteAsync(this::send, loop);
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
      reply.error(ErrorCode.httpStatus(status.getCode()), status);
    }
  }

  @Override
  public boolean isOpenEnded() {
    return false;
  }

  @Override
  public void data(ByteBuf content) {}

  @Override
  public void end() {}

  @Override
  public void writable() {}

  @Override
  public void gone() {
    done = true;
  }
}
