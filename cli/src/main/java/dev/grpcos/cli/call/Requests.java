package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import org.jspecify.annotations.Nullable;

/** A source of requests, used by one thread at a time. */
@FunctionalInterface
public interface Requests {
  /**
   * Returns the next request, or null after the last one. Blocks until a request is available.
   *
   * @throws CliException USAGE if the input is not a valid request, with its position
   */
  @Nullable DynamicMessage next();

  /**
   * Returns the place in the input of the request that {@link #next} returned last, such as {@code
   * input line 812}; empty if the input cannot have several. Called by the thread that reads.
   */
  default String place() {
    return "";
  }

  /**
   * Returns the share of the input that has been read, from 0 to 1, or NaN if the input's size is
   * not known. Any thread may call this.
   */
  default double share() {
    return Double.NaN;
  }
}
