package dev.grpcos.gateway.reflection;

import io.grpc.Status;
import java.time.Duration;

/**
 * The limits of one lookup, because a server may send anything. Those of files also hold for all
 * lookups of a schema together.
 */
public final class ReflectionBounds {
  static final int SERVICES = 10_000;
  public static final int FILES = 10_000;
  public static final long BYTES = 64L << 20;

  /** The maximum number of imports from a requested file to another file. */
  public static final int DEPTH = 256;

  /** The maximum number of requests of a lookup. */
  static final int REQUESTS = 50_000;

  /** The interval between calls of {@link ReflectionLookup#tick}. */
  public static final Duration TICK = Duration.ofMillis(250);

  /** The longest time for which a server may leave requests unanswered. */
  public static final Duration SILENCE = Duration.ofSeconds(10);

  /** The longest time of a lookup. */
  public static final Duration TIME = Duration.ofSeconds(30);

  private ReflectionBounds() {}

  /** Returns the end of a lookup whose server exceeds a limit. */
  static ReflectionException exceeded(String reason) {
    return new ReflectionException(
        Status.RESOURCE_EXHAUSTED.withDescription("server reflection: " + reason), null, false);
  }
}
