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
}
