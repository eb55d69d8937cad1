package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.request;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway with upstream services that stream, and that return metadata. */
final class StreamsGateway {
  private static final Metadata.Key<String> TAG =
      Metadata.Key.of("x-tag", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<byte[]> RAW =
      Metadata.Key.of("x-raw-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private StreamsGateway() {}

  /**
   * Starts the gateway.
   *
   * @param folder the folder of its socket
   */
  static HttpGateway start(Path folder, StreamingGreeter greeter) throws Exception {
    return new HttpGateway(
        folder,
        config -> config.withDrain(Duration.ofMillis(100)),
        List.of(
            ServerInterceptors.intercept(greeter.bindService(), new Tags()),
            new Sums().bindService()));
  }

  /** Returns the caller's tag in headers and trailers. */
  private static final class Tags implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      String tag = headers.get(TAG);
      byte[] raw = headers.get(RAW);
      return next.startCall(
          new io.grpc.ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata own) {
              if (tag != null) {
                own.put(TAG, tag);
              }
              if (raw != null) {
                own.put(RAW, raw);
              }
              super.sendHeaders(own);
            }

            @Override
            public void close(Status status, Metadata trailers) {
              if (tag != null) {
                trailers.put(TAG, "end of " + tag);
              }
              super.close(status, trailers);
            }
          },
          headers);
    }
  }

  /** Adds up the sizes of the requests. */
  private static final class Sums extends TestServiceGrpc.TestServiceImplBase {
    @Override
    public StreamObserver<StreamingInputCallRequest> streamingInputCall(
        StreamObserver<StreamingInputCallResponse> responses) {
      AtomicInteger size = new AtomicInteger();
      return new StreamObserver<>() {
        @Override
        public void onNext(StreamingInputCallRequest request) {
          size.addAndGet(request.getPayload().getBody().size());
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
          responses.onNext(
              StreamingInputCallResponse.newBuilder().setAggregatedPayloadSize(size.get()).build());
          responses.onCompleted();
        }
      };
    }
  }
}
