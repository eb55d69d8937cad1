package dev.grpcos.gateway.reflection;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** An error of a whole lookup, with the status that describes the cause. */
public final class ReflectionException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Status status;
  private final transient @Nullable Metadata trailers;
  private final boolean unsupported;

  ReflectionException(Status status, @Nullable Metadata trailers, boolean unsupported) {
    super(String.valueOf(status.getDescription()), status.getCause());
    this.status = status;
    this.trailers = trailers;
    this.unsupported = unsupported;
  }

  /** Returns the status that describes the cause. */
  public Status status() {
    return status;
  }

  /** Returns the trailers of the status, or null if there are none. */
  public @Nullable Metadata trailers() {
    return trailers;
  }

  /** Returns whether the server has no reflection service. */
  public boolean isUnsupported() {
    return unsupported;
  }
}
