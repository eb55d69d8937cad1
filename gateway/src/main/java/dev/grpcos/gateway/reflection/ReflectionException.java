package dev.grpcos.gateway.reflection;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A lookup that failed as a whole, with the status that says why. */
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

  /** Why the lookup failed. */
  public Status status() {
    return status;
  }

  /** The trailers that came with the status; null if none came. */
  public @Nullable Metadata trailers() {
    return trailers;
  }

  /** Whether the server has no reflection service at all. */
  public boolean isUnsupported() {
    return unsupported;
  }
}
