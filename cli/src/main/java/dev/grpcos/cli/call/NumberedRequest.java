package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import org.jspecify.annotations.Nullable;

/**
 * The request that a call was made for.
 *
 * @param number counts the calls of a command from 1, in the order of their requests
 * @param place the request's place in the input, such as {@code input line 812}; empty if the
 *     command makes only this call, as far as is known
 * @param message the request; null if the call has a stream of requests, or if the request is not
 *     kept
 */
public record NumberedRequest(long number, String place, @Nullable DynamicMessage message) {
  /** Creates the request of a single call. */
  public NumberedRequest(long number) {
    this(number, "", null);
  }
}
