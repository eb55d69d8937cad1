package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import org.jspecify.annotations.Nullable;

/** A source of requests, taken one by one by one thread at a time. */
@FunctionalInterface
public interface Requests {
  /**
   * The next request, or null after the last. Blocks until one has come.
   *
   * @throws CliException USAGE if what comes is no request, with its place
   */
  @Nullable DynamicMessage next();
}
