package dev.grpcos.gateway;

import io.netty.channel.ChannelHandler;
import java.util.function.Function;

/**
 * Another protocol beside gRPC, on a socket next to the gateway's own.
 *
 * @param suffix added to the gateway's path, as {@code .cli}
 * @param childHandler makes the sharable handler that is put into each accepted connection's
 *     pipeline, on the gateway's event loops; it is called once, when {@link Gateway#channelFor}
 *     already works and nothing is visible in the file system
 */
public record Companion(String suffix, Function<Gateway, ChannelHandler> childHandler) {
  public Companion {
    if (!suffix.matches("\\.[a-z]{1,8}") || suffix.equals(".lock") || suffix.equals(".new")) {
      throw new IllegalArgumentException(
          "companion suffix " + suffix + ": give a dot and 1 to 8 letters, not .lock or .new");
    }
  }
}
