package dev.grpcos.gateway.channel;

import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The address of a Unix socket whose text is ASCII. grpc-java makes a target of the text, and
 * refuses other characters there.
 */
final class TargetSocketAddress extends DomainSocketAddress {
  private static final long serialVersionUID = 1;

  TargetSocketAddress(String path) {
    super(path);
  }

  /** Returns the path, with characters outside of ASCII percent-encoded. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (byte each : path().getBytes(StandardCharsets.UTF_8)) {
      if (each >= 0) {
        text.append((char) each);
      } else {
        text.append("%%%02X".formatted(each));
      }
    }
    return text.toString();
  }
}
