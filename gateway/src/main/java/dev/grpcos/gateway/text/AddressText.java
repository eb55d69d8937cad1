package dev.grpcos.gateway.text;

import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;

/** The text of TCP addresses. */
public final class AddressText {
  private AddressText() {}

  /** Returns an address as in URLs, such as {@code 127.0.0.1:8080} or {@code [::1]:8080}. */
  public static String of(InetSocketAddress address) {
    return InetAddresses.toUriString(address.getAddress()) + ":" + address.getPort();
  }
}
