package dev.grpcos.gateway.peer;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries the attributes of a caller over the in-process transport, for which the kernel has no
 * peer credentials.
 *
 * <p>The attributes are an object in a metadata key. A caller through the socket may send a key
 * with that name, but only the in-process server reads it, and it accepts only the object that
 * {@link #caller} added.
 */
public final class InProcessPeer {
  /** The name of the key. */
  public static final String NAME = "grpcos-peer-bin";

  private static final Metadata.Key<ClientSide> KEY =
      Metadata.Key.of(NAME, new ClientSideMarshaller());

  private InProcessPeer() {}

  /** The client's side of a call. */
  private record ClientSide(Attributes attributes, @Nullable InProcessEnd end) {}

  /** Returns an interceptor that gives a channel's calls the attributes of their caller. */
  public static ClientInterceptor caller(Attributes caller) {
    return new ClientInterceptor() {
      @Override
      public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
          MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
        ClientSide client = new ClientSide(caller, InProcessEnd.of(options));
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<RespT> listener, Metadata headers) {
            headers.discardAll(KEY);
            headers.put(KEY, client);
            super.start(listener, headers);
          }
        };
      }
    };
  }

  /**
   * Returns the interceptor of the in-process server, which moves the attributes from the metadata
   * to the call.
   */
  public static ServerInterceptor receiver() {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        ClientSide client = headers.get(KEY);
        headers.discardAll(KEY);
        if (client == null) {
          call.close(
              Status.INTERNAL.withDescription("in-process call without a caller"), new Metadata());
          return new ServerCall.Listener<>() {};
        }
        Attributes.Builder joined = call.getAttributes().toBuilder().setAll(client.attributes());
        if (client.end() != null) {
          joined.set(InProcessEnd.KEY, client.end());
        }
        Attributes attributes = joined.build();
        return next.startCall(
            new SimpleForwardingServerCall<>(call) {
              @Override
              public Attributes getAttributes() {
                return attributes;
              }
            },
            headers);
      }
    };
  }

  /** Removes the key from the headers of a caller through a socket, so that no service sees it. */
  public static void removeFrom(Metadata headers) {
    headers.discardAll(KEY);
  }

  /** Passes the object itself, in a stream without content. */
  private static final class ClientSideMarshaller
      implements Metadata.BinaryStreamMarshaller<ClientSide> {
    @Override
    public InputStream toStream(ClientSide value) {
      return new ClientSideStream(value);
    }

    @Override
    public ClientSide parseStream(InputStream stream) {
      if (stream instanceof ClientSideStream client) {
        return client.value;
      }
      throw new IllegalArgumentException("attributes do not come as bytes");
    }
  }

  private static final class ClientSideStream extends ByteArrayInputStream {
    final ClientSide value;

    ClientSideStream(ClientSide value) {
      super(new byte[0]);
      this.value = value;
    }
  }
}
