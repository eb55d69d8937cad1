package dev.grpcos.gateway.listener;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Refuses HTTP/2 requests that are not gRPC.
 *
 * <p>grpc-java refuses them too, but without the trailer {@code grpcos-origin}.
 */
final class HttpRefusals {
  /** An AsciiString, because grpc-java's headers find a name only in this class. */
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");

  private final Http2ConnectionEncoder encoder;

  HttpRefusals(Http2ConnectionEncoder encoder) {
    this.encoder = encoder;
  }

  /** Returns whether a request is gRPC; if not, it is answered. */
  boolean accept(ChannelHandlerContext context, int id, Http2Headers headers) {
    if (!startsWith(headers.path(), "/")) {
      refuse(context, id, 404, Status.Code.UNIMPLEMENTED, "the path does not begin with a slash");
    } else if (!startsWith(headers.get(CONTENT_TYPE), "application/grpc")) {
      refuse(context, id, 415, Status.Code.INTERNAL, "the content-type is not application/grpc");
    } else if (!AsciiString.contentEquals("POST", headers.method())) {
      refuse(context, id, 405, Status.Code.INTERNAL, "the method is not POST");
    } else {
      return true;
    }
    return false;
  }

  private static boolean startsWith(@Nullable CharSequence value, String prefix) {
    return value != null && AsciiString.regionMatches(value, true, 0, prefix, 0, prefix.length());
  }

  private void refuse(
      ChannelHandlerContext context, int id, int status, Status.Code code, String message) {
    Http2Headers headers =
        new DefaultHttp2Headers()
            .status(Integer.toString(status))
            .set("content-type", "text/plain; charset=utf-8")
            .set("grpc-status", Integer.toString(code.value()))
            .set("grpc-message", message)
            .set("grpcos-origin", "gateway");
    var unused = encoder.writeHeaders(context, id, headers, 0, false, context.newPromise());
    ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), message);
    unused = encoder.writeData(context, id, body, 0, true, context.newPromise());
  }
}
