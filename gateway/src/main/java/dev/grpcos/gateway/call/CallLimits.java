package dev.grpcos.gateway.call;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.LimitExcess;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.limit.UserShares.Verdict;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls above the configured limits with RESOURCE_EXHAUSTED.
 *
 * <p>Calls of the admin service by the gateway's user and root are admitted above the limits, so
 * that they can always look at the gateway and stop it.
 */
public final class CallLimits implements ServerInterceptor {
  /** The attribute that marks a surplus connection. */
  private static final Attributes.Key<Verdict> SURPLUS =
      Attributes.Key.create("dev.grpcos.gateway.surplus");

  private static final String ADMIN = AdminGrpc.SERVICE_NAME + "/";

  private final Supplier<Limits> current;
  private final UserShares inFlight;

  /**
   * Creates an interceptor for these limits.
   *
   * @param limits returns the current limits
   */
  public CallLimits(Supplier<Limits> limits) {
    this.current = limits;
    this.inFlight = new UserShares(limits, Limits::calls);
  }

  /**
   * Returns these attributes with the mark that refuses the calls of a connection.
   *
   * @param reason the reason why the connection is surplus
   */
  public static Attributes surplus(Attributes attributes, Verdict reason) {
    return attributes.toBuilder().set(SURPLUS, reason).build();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    PeerIdentity peer = PeerIdentity.of(call);
    int share = peer.share();
    IncomingCall incoming = IncomingCall.current();
    boolean reserve = incoming != null && incoming.usesReserve();
    boolean admin = reserve && call.getMethodDescriptor().getFullMethodName().startsWith(ADMIN);
    Verdict surplus = call.getAttributes().get(SURPLUS);
    String excess =
        admin || surplus == null ? null : connectionExcess(peer, surplus, current.get());
    if (excess == null) {
      excess = metadataExcess(headers);
    }
    if (excess == null) {
      excess = callExcess(peer, acquire(share, reserve, admin));
    }
    return excess == null
        ? admit(share, call, headers, next)
        : Refusal.of(call, Status.RESOURCE_EXHAUSTED.withDescription(excess));
  }

  private Verdict acquire(int share, boolean reserve, boolean admin) {
    return reserve
        ? inFlight.acquire(share, admin ? UserShares.MOST_RESERVED : 0)
        : inFlight.acquireUnreserved(share);
  }

  private <ReqT, RespT> ServerCall.Listener<ReqT> admit(
      int share,
      ServerCall<ReqT, RespT> call,
      Metadata headers,
      ServerCallHandler<ReqT, RespT> next) {
    ServerCall.Listener<ReqT> listener;
    try {
      listener = next.startCall(call, headers);
    } catch (RuntimeException | Error e) {
      inFlight.release(share);
      throw e;
    }
    // grpc-java's forwarding listener is not used: all layers share its code, which is not inlined.
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(ReqT message) {
        listener.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        listener.onHalfClose();
      }

      @Override
      public void onReady() {
        listener.onReady();
      }

      @Override
      public void onEvent(Object event) {
        listener.onEvent(event);
      }

      @Override
      public void onComplete() {
        inFlight.release(share);
        listener.onComplete();
      }

      @Override
      public void onCancel() {
        inFlight.release(share);
        listener.onCancel();
      }
    };
  }

  /** Returns the description of the status of calls on a surplus connection. */
  public static String connectionExcess(PeerIdentity peer, Verdict surplus, Limits limits) {
    return switch (surplus) {
      case OVER_SHARE ->
          LimitExcess.overShare(
              peer,
              new UserShares(() -> limits, Limits::connections).share(),
              "connections",
              "connections");
      case RESERVED -> LimitExcess.reserved("connections", "connections");
      case GRANTED, OVER_LIMIT ->
          "the gateway has %d connections, its limit; try again later"
              .formatted(limits.connections());
    };
  }

  private @Nullable String callExcess(PeerIdentity peer, Verdict verdict) {
    return switch (verdict) {
      case GRANTED -> null;
      case OVER_SHARE -> LimitExcess.overShare(peer, inFlight.share(), "calls in flight", "calls");
      case RESERVED -> LimitExcess.reserved("calls", "calls");
      case OVER_LIMIT ->
          "the gateway has %d calls in flight, its limit; try again later"
              .formatted(inFlight.limit());
    };
  }

  private @Nullable String metadataExcess(Metadata headers) {
    int most = current.get().metadata();
    int size = MetadataSize.of(headers);
    return size <= most
        ? null
        : "metadata of %d bytes is above the gateway's limit of %d".formatted(size, most);
  }
}
