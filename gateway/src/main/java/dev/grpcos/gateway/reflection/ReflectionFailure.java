package dev.grpcos.gateway.reflection;

import dev.grpcos.gateway.channel.FailureCause;
import dev.grpcos.gateway.channel.FailureDiagnosis;
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
    boolean httpOnly = isHttpResponse(v1) && isHttpResponse(v1alpha);
    if (!answered
        && v1.getCode() == Status.Code.UNIMPLEMENTED
        && v1alpha.getCode() == Status.Code.UNIMPLEMENTED
        && !httpOnly) {
      return new ReflectionException(
          v1.withDescription("the server has no reflection service, neither v1 nor v1alpha"),
          trailers,
          true);
    }
    // HTTP responses may differ in their headers, such as the date.
    if (isSame(words(v1), words(v1alpha)) || (httpOnly && v1.getCode() == v1alpha.getCode())) {
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
    return isSame(one, other) ? v1 : v1.withDescription("v1: " + one + "; v1alpha: " + other);
  }

  /** Returns whether two texts are equal, except that each names the method of its version. */
  private static boolean isSame(String v1, String v1alpha) {
    return v1.equals(
        v1alpha.replace(
            ReflectionVersion.V1_ALPHA.method().getFullMethodName(),
            ReflectionVersion.V1.method().getFullMethodName()));
  }

  /** Returns whether a proxy or web server answered. */
  private static boolean isHttpResponse(Status status) {
    return FailureCause.NOT_GRPC.matches(status);
  }

  private static String words(Status status) {
    String description =
        isHttpResponse(status)
            ? FailureDiagnosis.of(status).problem() // grpc-java's text has many lines
            : status.getDescription();
    return description == null ? status.getCode().name() : status.getCode() + " " + description;
  }
}
