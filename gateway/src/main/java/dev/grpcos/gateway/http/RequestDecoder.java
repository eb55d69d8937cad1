package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decodes requests, and pauses after each until {@link #resume}, so that pipelined requests wait as
 * bytes.
 *
 * <p>Netty's decoder rejects two lengths, a length beside a transfer coding, bare line feeds and
 * malformed chunks. It accepts folded header lines, and extra spaces, carriage returns and other
 * control characters in the request line, which other servers read differently. Therefore a head is
 * checked here when all its bytes have arrived, before Netty decodes it. {@code RequestDecoderTest}
 * has an example of each.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-11.2">RFC 9112, request smuggling
 *     </a>
 */
final class RequestDecoder extends HttpRequestDecoder {
  /** The ratio of the limit of a head to that of a call's metadata, as for HTTP/2. */
  private static final int HEAD_SLACK = 4;

  private static final int CONTENT_BYTES = 64 << 10;

  /** The bytes of pipelined requests above which reading should pause. */
  private static final int AHEAD = 64 << 10;

  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:");

  private final int most;
  private boolean paused;
  private boolean refused;

  /** Whether the head of the current request has been checked. */
  private boolean checked;

  /** The number of bytes of the head that have been scanned for its end. */
  private int scanned;

  /** The number of line feeds at the end of the scanned bytes, without carriage returns. */
  private int lineFeeds;

  /** Whether the last scanned byte is a carriage return. */
  private boolean carriageReturn;

  private int spaces;

  private boolean firstLine = true;

  /** Whether the version of the request ends with 0, as HTTP/1.0. */
  private boolean oldVersion;

  /**
   * Creates a decoder for one connection.
   *
   * @param metadata the limit of a call's metadata, in bytes
   */
  RequestDecoder(int metadata) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(metadata * HEAD_SLACK)
            .setMaxHeaderSize(metadata * HEAD_SLACK)
            .setMaxChunkSize(CONTENT_BYTES)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    this.most = metadata * HEAD_SLACK;
  }

  /** Permits the next request. The caller must then pass the waiting bytes to this handler. */
  void resume() {
    paused = false;
  }

  /** Returns the number of bytes that wait. */
  int waiting() {
    return actualReadableBytes();
  }

  /** Returns whether enough bytes wait for reading to pause. */
  boolean isAhead() {
    return waiting() > AHEAD;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (refused) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (paused) {
      return;
    }
    if (!checked) {
      RefusedRequest refusal = check(in);
      if (refusal != null) {
        refused = true;
        in.skipBytes(in.readableBytes());
        out.add(refusal);
      }
      if (!checked) {
        return;
      }
    }
    super.decode(context, in, out);
    if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent) {
      paused = true;
      checked = false;
    }
  }

  /** Keeps the waiting requests of a client that has sent all of them. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      context.fireUserEventTriggered(event);
    } else {
      super.userEventTriggered(context, event);
    }
  }

  /** Checks the head if it is complete; returns the reason to refuse the request, or null. */
  private @Nullable RefusedRequest check(ByteBuf in) {
    if (scanned == 0) {
      skipEmptyLines(in);
    }
    int start = in.readerIndex();
    int end = in.writerIndex();
    for (int i = start + scanned; i < end; i++) {
      byte b = in.getByte(i);
      if (carriageReturn != (b == '\n')) {
        return new RefusedRequest(
            HttpResponseStatus.BAD_REQUEST, "a line of the request's head does not end with CR LF");
      }
      carriageReturn = b == '\r';
      if (b == '\n') {
        lineFeeds++;
        oldVersion = firstLine ? i >= start + 2 && in.getByte(i - 2) == '0' : oldVersion;
        firstLine = false;
        if (lineFeeds == 2) {
          return complete(in, i + 1 - start);
        }
      } else if (b != '\r') {
        if (lineFeeds > 0 && (b == ' ' || b == '\t')) {
          return new RefusedRequest(
              HttpResponseStatus.BAD_REQUEST, "a header line begins with white space");
        }
        if (isControl(b) && (firstLine || b != '\t')) {
          return new RefusedRequest(
              HttpResponseStatus.BAD_REQUEST, "the request's head has a control character");
        }
        spaces += firstLine && b == ' ' ? 1 : 0;
        lineFeeds = 0;
      }
    }
    scanned = end - start;
    return scanned <= most ? null : tooLarge();
  }

  private static boolean isControl(byte b) {
    return (b >= 0 && b < ' ') || b == 0x7f;
  }

  private @Nullable RefusedRequest complete(ByteBuf in, int length) {
    int words = spaces + 1;
    scanned = 0;
    lineFeeds = 0;
    spaces = 0;
    firstLine = true;
    if (length > most) {
      return tooLarge();
    }
    if (words != 3) {
      return new RefusedRequest(
          HttpResponseStatus.BAD_REQUEST,
          "the request line is not METHOD TARGET VERSION, separated by single spaces");
    }
    if (oldVersion && hasTwoLengths(in.toString(in.readerIndex(), length, ISO_8859_1))) {
      return new RefusedRequest(
          HttpResponseStatus.BAD_REQUEST, "the request has more than one Content-Length");
    }
    checked = true;
    return null;
  }

  /** Netty accepts several equal lengths in HTTP/1.0. */
  private static boolean hasTwoLengths(String head) {
    return LENGTH.matcher(head).results().count() > 1;
  }

  private RefusedRequest tooLarge() {
    return new RefusedRequest(
        HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "the request's head has more than " + most + " bytes");
  }

  /** Skips empty lines before a request, as RFC 9112, section 2.2, recommends. */
  private static void skipEmptyLines(ByteBuf in) {
    while (in.isReadable()
        && (in.getByte(in.readerIndex()) == '\r' || in.getByte(in.readerIndex()) == '\n')) {
      in.skipBytes(1);
    }
  }
}
