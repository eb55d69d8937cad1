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

/**
 * Carries a caller's identity over the in-process transport, for which the kernel has no peer
 * credentials.
 *
 * <p>The identity is an object in a metadata key. A caller through the socket may send a key with
 * that name, but only the in-process server reads it, and it accepts only the object that {@link
 * #caller} added.
 */
public final class InProcessPeer {
  private static final Metadata.Key<PeerIdentity> KEY =
      Metadata.Key.of("grpcos-peer-bin", new IdentityMarshaller());

  private InProcessPeer() {}

  /** Returns an interceptor that gives a channel's calls this caller's identity. */
  public static ClientInterceptor caller(PeerIdentity caller) {
    return new ClientInterceptor() {
      @Override
      public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
          MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<RespT> listener, Metadata headers) {
            headers.discardAll(KEY);
            headers.put(KEY, caller);
            super.start(listener, headers);
          }
        };
      }
    };
  }

  /**
   * Returns the interceptor of the in-process server, which moves the identity from the metadata to
   * the call's attributes.
   */
  public static ServerInterceptor receiver() {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        PeerIdentity peer = headers.get(KEY);
        headers.discardAll(KEY);
        if (peer == null) {
          call.close(
              Status.INTERNAL.withDescription("in-process call without a caller"), new Metadata());
          return new ServerCall.Listener<>() {};
        }
        Attributes attributes = peer.addTo(call.getAttributes());
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

  /**
   * Returns the interceptor of the socket's server, which removes the key, so that no service sees
   * it.
   */
  public static ServerInterceptor stranger() {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        headers.discardAll(KEY);
        return next.startCall(call, headers);
      }
    };
  }

  /** Passes the object itself, in a stream without content. */
  private static final class IdentityMarshaller
      implements Metadata.BinaryStreamMarshaller<PeerIdentity> {
    @Override
    public InputStream toStream(PeerIdentity value) {
      return new IdentityStream(value);
    }

    @Override
    public PeerIdentity parseStream(InputStream stream) {
      if (stream instanceof IdentityStream identity) {
        return identity.value;
      }
      throw new IllegalArgumentException("an identity does not come as bytes");
    }
  }

  private static final class IdentityStream extends ByteArrayInputStream {
    final PeerIdentity value;

    IdentityStream(PeerIdentity value) {
      super(new byte[0]);
      this.value = value;
    }
  }
}
