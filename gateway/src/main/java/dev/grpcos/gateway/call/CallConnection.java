package dev.grpcos.gateway.call;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.netty.channel.Channel;
import java.util.Objects;

/** The connection of a call, on whose event loop the callbacks of the call run. */
public final class CallConnection {
  private static final Attributes.Key<Channel> KEY =
      Attributes.Key.create("dev.grpcos.gateway.connection");

  private CallConnection() {}

  /** Returns these attributes of a connection, with the connection added. */
  public static Attributes addTo(Attributes attributes, Channel connection) {
    return attributes.toBuilder().set(KEY, connection).build();
  }

  /** Returns the connection of a call that is not an in-process call. */
  public static Channel of(ServerCall<?, ?> call) {
    return Objects.requireNonNull(call.getAttributes().get(KEY), "the call's connection");
  }
}
