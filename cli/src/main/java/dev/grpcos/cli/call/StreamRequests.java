package dev.grpcos.cli.call;

import com.google.errorprone.annotations.FormatMethod;
import com.google.protobuf.Descriptors.Descriptor;
import dev.grpcos.cli.failure.CliException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Requests that come one after the other from a stream, and are counted to be told by number. */
abstract class StreamRequests implements Requests {
  final Descriptor type;
  final InputStream in;
  final int maxBytes;
  long number;
  private final String input;

  /**
   * Requests from a stream.
   *
   * @param input what messages call the stream
   * @param maxBytes how long one request may be, as it stands in the stream
   */
  StreamRequests(Descriptor type, InputStream in, String input, int maxBytes) {
    this.type = type;
    this.in = new BufferedInputStream(in);
    this.input = input;
    this.maxBytes = maxBytes;
  }

  /** The current request is not what it should be. */
  @FormatMethod
  final CliException bad(String format, @Nullable Object... arguments) {
    return CliException.usage(
        "%s, request %d: %s", input, number, String.format(format, arguments));
  }

  final UncheckedIOException unreadable(IOException cause) {
    return new UncheckedIOException(input + " can't be read: " + cause.getMessage(), cause);
  }
}
