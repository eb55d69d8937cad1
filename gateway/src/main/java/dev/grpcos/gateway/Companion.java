package dev.grpcos.gateway;

import io.netty.channel.ChannelHandler;
import java.util.function.Function;

/**
 * A protocol other than gRPC, on a socket beside the gateway's own.
 *
 * @param suffix the suffix that is added to the gateway's path, such as {@code .cli}
 * @param childHandler creates the sharable handler for the pipeline of each accepted connection, on
 *     the gateway's event loops. It is called once, when {@link Gateway#channelFor} works and no
 *     socket is visible in the file system yet
 */
public record Companion(String suffix, Function<Gateway, ChannelHandler> childHandler) {
  public Companion {
    if (!suffix.matches("\\.[a-z]{1,8}") || suffix.equals(".lock") || suffix.equals(".new")) {
      throw new IllegalArgumentException(
          "companion suffix " + suffix + ": give a dot and 1 to 8 letters, not .lock or .new");
    }
  }
}
