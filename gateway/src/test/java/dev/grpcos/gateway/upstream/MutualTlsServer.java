package dev.grpcos.gateway.upstream;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A Greeter that requires a certificate of its clients, and answers {@code tls: NAME}. */
final class MutualTlsServer {
  private MutualTlsServer() {}

  /**
   * Returns the builder of a server.
   *
   * @param tls the server's certificate and its trust
   * @param certificates receives the certificates of the client and of the server of each call
   */
  static NettyServerBuilder builder(
      SocketAddress address,
      SslContextBuilder tls,
      BiConsumer<X509Certificate, X509Certificate> certificates)
      throws SSLException {
    return NettyServerBuilder.forAddress(address)
        .sslContext(
            GrpcSslContexts.configure(tls, SslProvider.JDK).clientAuth(ClientAuth.REQUIRE).build())
        .addService(
            ServerInterceptors.intercept(new TlsGreeter(), new SeenCertificates(certificates)))
        .addService(ProtoReflectionServiceV1.newInstance());
  }

  private static final class TlsGreeter extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
      responses.onNext(HelloReply.newBuilder().setMessage("tls: " + request.getName()).build());
      responses.onCompleted();
    }
  }

  private record SeenCertificates(BiConsumer<X509Certificate, X509Certificate> certificates)
      implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      SSLSession session =
          Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
      try {
        certificates.accept(
            (X509Certificate) session.getPeerCertificates()[0],
            (X509Certificate) session.getLocalCertificates()[0]);
      } catch (SSLPeerUnverifiedException e) {
        throw new IllegalStateException("the server requires a certificate", e);
      }
      return next.startCall(call, headers);
    }
  }
}
