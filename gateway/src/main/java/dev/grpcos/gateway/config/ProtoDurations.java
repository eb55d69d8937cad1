package dev.grpcos.gateway.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Converts durations from protobuf to Java. */
final class ProtoDurations {
  private ProtoDurations() {}

  static Duration of(com.google.protobuf.Duration value) {
    return Duration.ofSeconds(value.getSeconds(), value.getNanos());
  }

  /** Returns the duration, or null if the configuration does not contain it. */
  static @Nullable Duration orNull(boolean given, com.google.protobuf.Duration value) {
    return given ? of(value) : null;
  }
}
