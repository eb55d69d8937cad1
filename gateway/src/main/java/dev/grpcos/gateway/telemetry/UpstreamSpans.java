package dev.grpcos.gateway.telemetry;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Begins a span for each call to an upstream, a child of the span of the forwarded call. Calls of
 * the gateway itself, such as those of reflection, have no span. Safe for use by any thread.
 */
public final class UpstreamSpans implements ClientInterceptor {
  private static final Metadata.Key<String> PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private final ActiveTelemetry telemetry;
  private final String route;
  private final String host;
  private final int port;

  /**
   * Creates an interceptor for the channel of an upstream.
   *
   * @param route the origin of the upstream's routes
   * @param host the host, or the path or name of a Unix socket
   * @param port the port; 0 for a Unix socket
   */
  public UpstreamSpans(ActiveTelemetry telemetry, String route, String host, int port) {
    this.telemetry = telemetry;
    this.route = route;
    this.host = host;
    this.port = port;
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    ClientCall<ReqT, RespT> call = next.newCall(method, options);
    return telemetry.isActive() ? new SpannedCall<>(call, method.getFullMethodName()) : call;
  }

  private final class SpannedCall<ReqT, RespT> extends SimpleForwardingClientCall<ReqT, RespT> {
    private final String method;

    SpannedCall(ClientCall<ReqT, RespT> call, String method) {
      super(call);
      this.method = method;
    }

    @Override
    public void start(Listener<RespT> responses, Metadata headers) {
      if (!headers.containsKey(PARENT)) {
        super.start(responses, headers);
        return;
      }
      // The forwarded call uses its headers again if it is repeated.
      Metadata own = new Metadata();
      own.merge(headers);
      CallSpan span = telemetry.begin(new UpstreamCall(method, route, host, port), own);
      super.start(
          new SimpleForwardingClientCallListener<>(responses) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              span.end(status.getCode());
              super.onClose(status, trailers);
            }
          },
          own);
    }
  }
}
