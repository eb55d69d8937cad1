package dev.grpcos.gateway.http;

import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The peer of a connection, and what it may do.
 *
 * @param channel the calls of this channel have the peer's identity and rights
 * @param admission returns a channel for calls that end with a status when they are admitted,
 *     before a handler starts
 * @param rights whether the peer may call a method; the policy checks each call again
 * @param hasRights whether the peer may call anything
 * @param accounts creates accounts for the peer's messages
 * @param curl the command and the options with which curl reaches the gateway as this peer
 * @param url the beginning of URLs for this command
 */
public record HttpCaller(
    Channel channel,
    Function<Status, Channel> admission,
    Rights rights,
    BooleanSupplier hasRights,
    Supplier<MessageAccount> accounts,
    String curl,
    String url) {
  /** The rights of a peer. */
  @FunctionalInterface
  public interface Rights {
    /**
     * Returns whether the peer may call a method.
     *
     * @param upstream the upstream that the request names; null for none
     * @param method the full name
     */
    boolean mayCall(@Nullable String upstream, String method);
  }
}
