package dev.grpcos.gateway.reflection;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Combines the failures of both versions into one. */
final class ReflectionFailure {
  private ReflectionFailure() {}

  /**
   * Returns the failure of a lookup.
   *
   * @param v1 null if the lookup used only v1alpha, because the server answered it before
   * @param answered whether the server has answered before
   */
  static ReflectionException of(
      @Nullable Status v1, Status v1alpha, Metadata trailers, boolean answered) {
    if (v1 == null) {
      return new ReflectionException(v1alpha, trailers, false);
    }
    if (!answered
        && v1.getCode() == Status.Code.UNIMPLEMENTED
        && v1alpha.getCode() == Status.Code.UNIMPLEMENTED
        && !isHttpAnswer(trailers)) {
      return new ReflectionException(
          v1.withDescription("the server has no reflection service, neither v1 nor v1alpha"),
          trailers,
          true);
    }
    if (words(v1).equals(words(v1alpha))) {
      return new ReflectionException(v1, trailers, false);
    }
    // For a server without v1, the failure of v1alpha has more information.
    Status main = v1.getCode() == Status.Code.UNIMPLEMENTED ? v1alpha : v1;
    return new ReflectionException(
        main.withDescription(
            "server reflection failed: v1: " + words(v1) + "; v1alpha: " + words(v1alpha)),
        trailers,
        false);
  }

  /** Returns the error of a request that failed in both versions. Equal errors appear once. */
  static Status both(Status v1, Status v1alpha) {
    String one = String.valueOf(v1.getDescription());
    String other =
        v1alpha.getCode() == Status.Code.UNIMPLEMENTED || v1alpha.getDescription() == null
            ? words(v1alpha)
            : v1alpha.getDescription();
    return one.equals(other) ? v1 : v1.withDescription("v1: " + one + "; v1alpha: " + other);
  }

  /**
   * Returns whether a proxy or web server answered. grpc-java keeps the HTTP status in the
   * trailers.
   */
  private static boolean isHttpAnswer(Metadata trailers) {
    return trailers.keys().contains(":status");
  }

  private static String words(Status status) {
    String description = status.getDescription();
    return description == null ? status.getCode().name() : status.getCode() + " " + description;
  }
}
