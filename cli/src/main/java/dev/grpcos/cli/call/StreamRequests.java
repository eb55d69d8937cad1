package dev.grpcos.cli.call;

import com.google.errorprone.annotations.FormatMethod;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Requests that are read from a stream, and numbered for messages. */
abstract class StreamRequests implements Requests {
  final Descriptor type;
  final InputStream in;
  private final MeteredInput metered;
  final int maxBytes;
  long number;
  private final String input;

  /**
   * Creates a reader of requests from a stream.
   *
   * @param input the stream's name in messages
   * @param maxBytes the maximum length of one request in the stream
   */
  StreamRequests(Descriptor type, MeteredInput in, String input, int maxBytes) {
    this.type = type;
    this.metered = in;
    this.in = new BufferedInputStream(in);
    this.input = input;
    this.maxBytes = maxBytes;
  }

  @Override
  public final @Nullable DynamicMessage next() {
    DynamicMessage request = read();
    metered.release();
    return request;
  }

  /** Reads the next request; returns null at the end. */
  abstract @Nullable DynamicMessage read();

  @Override
  public final String place() {
    return "request " + number;
  }

  @Override
  public final double share() {
    return metered.share();
  }

  /** Returns an error that reports an invalid current request. */
  @FormatMethod
  final CliException bad(String format, @Nullable Object... arguments) {
    return CliException.usage(
        "%s, request %d: %s", input, number, String.format(format, arguments));
  }

  final UncheckedIOException unreadable(IOException cause) {
    return new UncheckedIOException(input + " cannot be read: " + cause.getMessage(), cause);
  }
}
