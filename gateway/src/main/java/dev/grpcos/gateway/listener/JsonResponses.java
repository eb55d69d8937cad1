package dev.grpcos.gateway.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Sets the content type of responses to requests with {@code application/grpc+json}.
 *
 * <p>grpc-java answers each request with {@code application/grpc}, and has no API to change that.
 * The header is one of those that its transport adds to a command for the HTTP/2 handler. This
 * handler is after that one in the pipeline, so it receives the commands first. {@code
 * GrpcJsonTest} fails if another version of grpc-java does this differently.
 */
final class JsonResponses extends ChannelOutboundHandlerAdapter {
  static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  static final AsciiString TYPE = AsciiString.cached("application/grpc+json");

  private final Http2Connection connection;
  private final Http2Connection.PropertyKey expected;

  /** Creates a handler for the end of a connection's pipeline. */
  JsonResponses(Http2Connection connection) {
    this.connection = connection;
    this.expected = connection.newKey();
  }

  /** Expects a response on this stream. */
  void expect(int id) {
    Http2Stream stream = connection.stream(id);
    if (stream != null) {
      stream.setProperty(expected, Boolean.TRUE);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message.getClass() == Internals.COMMAND) {
      Http2Stream stream = connection.stream(Internals.stream(message));
      if (stream != null && stream.getProperty(expected) != null) {
        AsciiString[] added = Internals.addedHeaders(message);
        for (int i = 0; i + 1 < added.length; i += 2) {
          if (CONTENT_TYPE.contentEquals(added[i])) {
            added[i + 1] = TYPE;
          }
        }
      }
    }
    var unused = context.write(message, promise);
  }

  /** The command with the headers of a response, whose class is not public. */
  private static final class Internals {
    static final Class<?> COMMAND;
    private static final Method STREAM;
    private static final Method ID;
    private static final Method HEADERS;
    private static final Field ADDED;

    static {
      try {
        COMMAND = Class.forName("io.grpc.netty.SendResponseHeadersCommand");
        STREAM = COMMAND.getDeclaredMethod("stream");
        STREAM.setAccessible(true);
        ID = STREAM.getReturnType().getDeclaredMethod("id");
        ID.setAccessible(true);
        HEADERS = COMMAND.getDeclaredMethod("headers");
        HEADERS.setAccessible(true);
        ADDED =
            Class.forName("io.grpc.netty.GrpcHttp2OutboundHeaders").getDeclaredField("preHeaders");
        ADDED.setAccessible(true);
      } catch (ReflectiveOperationException e) {
        throw changed(e);
      }
    }

    private Internals() {}

    static int stream(Object command) {
      try {
        return (int) ID.invoke(STREAM.invoke(command));
      } catch (ReflectiveOperationException e) {
        throw changed(e);
      }
    }

    /** Returns names and values of the headers that are added to the metadata, to be changed. */
    static AsciiString[] addedHeaders(Object command) {
      try {
        return (AsciiString[]) ADDED.get(HEADERS.invoke(command));
      } catch (ReflectiveOperationException e) {
        throw changed(e);
      }
    }

    private static IllegalStateException changed(ReflectiveOperationException cause) {
      return new IllegalStateException("another version of grpc-netty", cause);
    }
  }
}
