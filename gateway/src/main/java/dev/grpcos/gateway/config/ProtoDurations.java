package dev.grpcos.gateway.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations of messages as those of Java. */
final class ProtoDurations {
  private ProtoDurations() {}

  static Duration of(com.google.protobuf.Duration value) {
    return Duration.ofSeconds(value.getSeconds(), value.getNanos());
  }

  /** The duration, or null where the configuration gives none. */
  static @Nullable Duration orNull(boolean given, com.google.protobuf.Duration value) {
    return given ? of(value) : null;
  }
}
