package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that a caller's variables name for a server, as grpcurl and curl read them: HTTPS_PROXY
 * for all servers, HTTP_PROXY for those without TLS if there is no HTTPS_PROXY, and NO_PROXY for
 * the exceptions. Each may be in lower case. Servers on this host never need a proxy.
 */
public final class ProxyVariables {
  private static final List<String> HTTPS = List.of("HTTPS_PROXY", "https_proxy");
  private static final List<String> HTTP = List.of("HTTP_PROXY", "http_proxy");
  private static final List<String> NONE = List.of("NO_PROXY", "no_proxy");

  private ProxyVariables() {}

  /**
   * Returns the proxy for a server, or null for a direct connection.
   *
   * @param variables returns the value of a variable, or null
   * @throws CliException USAGE if the variable's value is not the address of a proxy; the message
   *     does not contain it
   */
  public static @Nullable HttpProxy find(
      ServerAddress.Tcp server, boolean tls, Function<String, @Nullable String> variables) {
    String name = first(HTTPS, variables);
    if (name == null && !tls) {
      name = first(HTTP, variables);
      if ("HTTP_PROXY".equals(name) && variables.apply("REQUEST_METHOD") != null) {
        // In a CGI program, the client of the web server sets this variable by a header.
        name = null;
      }
    }
    String value = name == null ? null : variables.apply(name);
    String exceptions = first(NONE, variables);
    if (value == null
        || new ProxyExceptions(exceptions == null ? "" : value(exceptions, variables))
            .contain(server.host(), server.port())) {
      return null;
    }
    try {
      return HttpProxy.parse(value);
    } catch (IllegalArgumentException e) {
      throw CliException.usage("%s %s", name, e.getMessage());
    }
  }

  private static String value(String name, Function<String, @Nullable String> variables) {
    String value = variables.apply(name);
    return value == null ? "" : value;
  }

  private static @Nullable String first(
      List<String> names, Function<String, @Nullable String> variables) {
    for (String name : names) {
      String value = variables.apply(name);
      if (value != null && !value.isBlank()) {
        return name;
      }
    }
    return null;
  }
}
