package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;

/** Responses on embedded channels, and the requests to them. */
final class EmbeddedReplies {
  private EmbeddedReplies() {}

  /**
   * Returns the response to a request of which the rest will be read.
   *
   * @param replied is run when the response is complete
   */
  static HttpReply on(EmbeddedChannel channel, Runnable replied) {
    return new HttpReply(
        channel.pipeline().firstContext(),
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/"),
        new HttpReply.ReplyOwner() {
          @Override
          public boolean reachesEnd() {
            return true;
          }

          @Override
          public void replied(boolean keep) {
            replied.run();
          }
        });
  }

  /** Passes a part of a body to an exchange. */
  static void send(Exchange exchange, String body) {
    ByteBuf bytes = Unpooled.copiedBuffer(body, UTF_8);
    exchange.data(bytes);
    bytes.release();
  }

  /** Removes what has been sent, and returns its status and body. */
  static String sent(EmbeddedChannel channel) {
    StringBuilder response = new StringBuilder();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      if (part instanceof HttpResponse head) {
        response.append(head.status().code()).append(' ');
      }
      if (part instanceof HttpContent content) {
        response.append(content.content().toString(UTF_8));
        content.release();
      }
    }
    return response.toString();
  }
}
