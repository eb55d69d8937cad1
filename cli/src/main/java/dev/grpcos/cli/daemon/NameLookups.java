package dev.grpcos.cli.daemon;

import java.security.Security;

/**
 * How long this process remembers the addresses of a host name.
 *
 * <p>By default the JDK remembers them for 30 s, grpc-java for another 30 s, and the JDK a failed
 * lookup for 10 s; an upstream that moves would be lost for as long.
 */
final class NameLookups {
  private static final String SECONDS = "1";

  private NameLookups() {}

  /** Sets the times; must be called before the first lookup of the process. */
  static void cacheBriefly() {
    // Of the JDK: java.security.Security, "networkaddress.cache.ttl" in
    // conf/security/java.security.
    Security.setProperty("networkaddress.cache.ttl", SECONDS);
    Security.setProperty("networkaddress.cache.negative.ttl", SECONDS);
    // Of grpc-java's DnsNameResolver.
    System.setProperty("networkaddress.cache.ttl", SECONDS);
  }
}
