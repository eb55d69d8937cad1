package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Supplier;

/**
 * A response that another thread creates, because creating it would block an event loop too long.
 * Confined to the event loop, except that the other thread reads whether it is still wanted.
 */
final class BackgroundPage implements BodilessExchange {
  private final HttpReply reply;
  private final String contentType;
  private volatile boolean done;

  BackgroundPage(HttpReply reply, String contentType) {
    this.reply = reply;
    this.contentType = contentType;
  }

  /** Starts the exchange, and returns it. */
  BackgroundPage begin(Supplier<String> text, WorkThreads pages, EventExecutor loop) {
    pages.run(() -> done ? "" : text.get(), loop, this::send, this::stop);
    return this;
  }

  private void send(String text) {
    if (!done) {
      done = true;
      HttpHeaders fields = new DefaultHttpHeaders();
      fields.set(HttpHeaderNames.CONTENT_TYPE, contentType);
      reply.whole(HttpResponseStatus.OK, fields, text.getBytes(UTF_8));
    }
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
