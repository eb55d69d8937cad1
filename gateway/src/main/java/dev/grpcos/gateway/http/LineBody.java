package dev.grpcos.gateway.http;

import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A body with a message on each line. Blank lines are ignored.
 *
 * @see <a href="https://github.com/ndjson/ndjson-spec">NDJSON</a>
 */
final class LineBody implements RequestBody {
  private final int limit;
  private final ByteQueue bytes = new ByteQueue();
  private int scanned;
  private long line;
  private boolean ended;

  /**
   * Creates an empty body.
   *
   * @param limit the maximum number of bytes of a line
   */
  LineBody(int limit) {
    this.limit = limit;
  }

  @Override
  public void add(ByteBuf content) {
    bytes.add(content);
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public @Nullable ReceivedMessage next() throws StatusException {
    while (bytes.size() > 0) {
      int feed = bytes.indexOf('\n', scanned);
      int length = feed < 0 ? bytes.size() : feed;
      if (length > limit) {
        throw WholeBody.tooLarge(limit);
      }
      if (feed < 0 && !ended) {
        scanned = length;
        return null;
      }
      byte[] text = bytes.take(length);
      if (feed >= 0) {
        bytes.take(1);
      }
      scanned = 0;
      line++;
      if (!isBlank(text)) {
        return new ReceivedMessage(text, false, line, limit);
      }
    }
    return null;
  }

  private static boolean isBlank(byte[] text) {
    for (byte b : text) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public int waiting() {
    return bytes.size();
  }

  @Override
  public boolean isStream() {
    return true;
  }
}
