package dev.grpcos.gateway.config;

import dev.grpcos.proto.admin.v1.AdminGrpc;
import java.util.Optional;

/** The syntax of patterns of full method names. */
public final class MethodPatterns {
  private static final String SYNTAX = "[A-Za-z_*][A-Za-z0-9_.*]*(/[A-Za-z0-9_*]*)?";

  private MethodPatterns() {}

  /** Returns the problem of a pattern of a rule, as in "matches no method; give …". */
  public static Optional<String> problem(String text) {
    return text.matches(SYNTAX) && (text.contains("/") || text.contains("*"))
        ? Optional.empty()
        : Optional.of(
            "matches no method; give package.Service/Method, or package.Service/* for all of a"
                + " service");
  }

  /** Returns the problem of a pattern of a socket other than the owner's. */
  public static Optional<String> problemOfSocket(String text) {
    return text.startsWith(AdminGrpc.SERVICE_NAME + "/")
        ? Optional.of(
            "names the admin service, which only the gateway's own socket has; leave it out")
        : problem(text);
  }
}
