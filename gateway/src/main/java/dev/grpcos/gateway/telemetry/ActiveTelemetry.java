package dev.grpcos.gateway.telemetry;

import dev.grpcos.gateway.config.Change;
import dev.grpcos.gateway.config.OtlpConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The exporter of the configuration in effect, if it has one. Safe for use by any thread. */
public final class ActiveTelemetry implements AutoCloseable {
  private final Optional<Path> libraries;
  private final Supplier<GetStatusResponse> status;
  private volatile @Nullable Telemetry current;
  private @Nullable OtlpConfig config;

  /**
   * Creates an object without an exporter.
   *
   * @param libraries the folder of OpenTelemetry's jars; none if they are on the class path
   * @param status returns the status with metrics
   */
  public ActiveTelemetry(Optional<Path> libraries, Supplier<GetStatusResponse> status) {
    this.libraries = libraries;
    this.status = status;
  }

  /** Returns an object that never has an exporter. */
  public static ActiveTelemetry none() {
    return new ActiveTelemetry(Optional.empty(), GetStatusResponse::getDefaultInstance);
  }

  /**
   * Begins the span of a call.
   *
   * @param call returns what the span contains; not called without an exporter
   * @param metadata gets the new span, for the handler and for upstreams
   */
  public CallSpan begin(Supplier<TracedCall> call, Metadata metadata) {
    Telemetry active = current;
    return active == null ? CallSpan.NONE : active.begin(call.get(), metadata);
  }

  /** Returns whether there is an exporter. */
  boolean isActive() {
    return current != null;
  }

  /**
   * Begins the span of a call to an upstream.
   *
   * @param metadata gets the new span, for the upstream
   */
  CallSpan begin(UpstreamCall call, Metadata metadata) {
    Telemetry active = current;
    return active == null ? CallSpan.NONE : active.begin(call, metadata);
  }

  /**
   * Prepares the exporter of a configuration. One that has the same configuration continues.
   *
   * @param next null for none
   * @throws GatewayException if it cannot be used; nothing has changed then
   */
  public synchronized Change prepare(@Nullable OtlpConfig next) throws GatewayException {
    if (Objects.equals(next, config)) {
      return new Change() {
        @Override
        public void commit() {}

        @Override
        public void discard() {}
      };
    }
    Telemetry made = next == null ? null : TelemetryLoader.load(libraries, next, status);
    return new Change() {
      @Override
      public void commit() {
        replace(made, next);
      }

      @Override
      public void discard() {
        close(made);
      }
    };
  }

  private synchronized void replace(@Nullable Telemetry made, @Nullable OtlpConfig next) {
    Telemetry before = current;
    if (made != null) {
      made.start();
    }
    current = made;
    config = next;
    close(before);
  }

  private static void close(@Nullable Telemetry telemetry) {
    if (telemetry != null) {
      telemetry.close();
    }
  }

  @Override
  public synchronized void close() {
    replace(null, null);
  }
}
