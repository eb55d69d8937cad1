package dev.grpcos.cli.connection;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.forward.Destination.Authorization;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Adds the credentials of a context to calls, without the headers that a call has already. They are
 * not part of the metadata that commands print. Safe for use by any thread.
 */
final class ContextCredentials implements ClientInterceptor, AutoCloseable {
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setDaemon(true).setNameFormat("grpcos-credentials").build());
  private final dev.grpcos.gateway.credential.CallCredentials credentials;

  /**
   * Begins to read the credentials.
   *
   * @param owner names the server in log lines
   */
  ContextCredentials(CredentialsConfig config, String owner) {
    credentials = new dev.grpcos.gateway.credential.CallCredentials(config, owner, worker);
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    OneCallsCredentials own = new OneCallsCredentials();
    return new SimpleForwardingClientCall<>(
        next.newCall(method, options.withCallCredentials(own))) {
      @Override
      public void start(Listener<RespT> listener, Metadata headers) {
        own.given = headers;
        super.start(listener, headers);
      }
    };
  }

  /** The credentials of one call. */
  private final class OneCallsCredentials extends CallCredentials {
    private volatile @Nullable Metadata given;

    @Override
    public void applyRequestMetadata(
        RequestInfo request, Executor executor, MetadataApplier applier) {
      credentials.get(authorization -> apply(authorization, applier));
    }

    private void apply(Authorization authorization, MetadataApplier applier) {
      if (authorization.headers() == null) {
        applier.fail(authorization.failure());
        return;
      }
      Metadata added = new Metadata();
      authorization.headers().setIn(added);
      Metadata present = given;
      if (present != null) {
        for (String key : present.keys()) {
          if (!key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
            added.discardAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
          }
        }
      }
      applier.apply(added);
    }
  }

  @Override
  public void close() {
    credentials.close();
    worker.shutdownNow();
  }
}
