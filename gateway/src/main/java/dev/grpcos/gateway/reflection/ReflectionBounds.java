package dev.grpcos.gateway.reflection;

import java.time.Duration;

/** What one lookup may bring at most, because a server may send anything. */
public final class ReflectionBounds {
  static final int SERVICES = 10_000;
  static final int FILES = 10_000;
  static final long BYTES = 64L << 20;

  /** How many imports may lead from what was asked for to a file. */
  static final int DEPTH = 256;

  /** How many requests a lookup may send. */
  static final int REQUESTS = 50_000;

  /** How often {@link ReflectionLookup#tick} is due. */
  public static final Duration TICK = Duration.ofMillis(250);

  /** How long a server may leave requests unanswered. */
  public static final Duration SILENCE = Duration.ofSeconds(10);

  /** How long a lookup may take. */
  public static final Duration TIME = Duration.ofSeconds(30);

  private ReflectionBounds() {}
}
