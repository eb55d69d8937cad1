package dev.grpcos.gateway.upstream;

import dev.grpcos.proto.spiffe.SpiffeWorkloadAPIGrpc;
import dev.grpcos.proto.spiffe.X509SVIDRequest;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A SPIFFE Workload API on a Unix socket. */
public final class WorkloadApi extends SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase
    implements AutoCloseable {
  private static final Metadata.Key<String> SECURITY_HEADER =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  private final TestServer server;

  // Guarded by this.
  private final List<StreamObserver<X509SVIDResponse>> streams = new ArrayList<>();
  private @Nullable X509SVIDResponse current;

  public WorkloadApi(Path socket) throws Exception {
    server =
        new TestServer(
            socket, List.of(TestServer.behind(bindService(), List.of(new SecurityHeader()))));
  }

  /** Refuses requests without the header that the standard requires. */
  private static final class SecurityHeader implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      if ("true".equals(headers.get(SECURITY_HEADER))) {
        return next.startCall(call, headers);
      }
      call.close(Status.INVALID_ARGUMENT.withDescription("no security header"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  /** Sends a response now and to later callers. */
  public synchronized void set(X509SVIDResponse response) {
    current = response;
    streams.forEach(each -> each.onNext(response));
  }

  /** Ends all streams. */
  synchronized void end(Status status) {
    streams.forEach(each -> each.onError(status.asRuntimeException()));
    streams.clear();
  }

  @Override
  public synchronized void fetchX509SVID(
      X509SVIDRequest request, StreamObserver<X509SVIDResponse> responses) {
    if (current == null) {
      responses.onError(Status.PERMISSION_DENIED.withDescription("no identity").asException());
      return;
    }
    streams.add(responses);
    responses.onNext(current);
  }

  @Override
  public void close() {
    server.close();
  }
}
