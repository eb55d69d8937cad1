package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of a call as options of grpcurl. */
final class GrpcurlOptionWords {
  private final List<String> words = new ArrayList<>();

  private GrpcurlOptionWords() {}

  /**
   * Returns the options, apart from headers and data.
   *
   * @param time the deadline of the call; null for none
   * @throws CliException USAGE if grpcurl has no equal of an option
   */
  static List<String> of(
      SchemaOptions schemas,
      EndpointOptions endpoint,
      boolean emitDefaults,
      @Nullable Duration time,
      Invocation invocation) {
    GrpcurlOptionWords options = new GrpcurlOptionWords();
    options.connection(endpoint, target(endpoint, invocation));
    options.schema(schemas);
    if (emitDefaults) {
      options.words.add("-emit-defaults");
    }
    options.add("-max-time", time);
    if (endpoint.maxMessageSize != new EndpointOptions().maxMessageSize) {
      options.add("-max-msg-sz", Integer.toString(endpoint.maxMessageSize));
    }
    return options.words;
  }

  private void connection(EndpointOptions endpoint, @Nullable String target) {
    TlsOptions tls = endpoint.tls;
    String other =
        tls.p12 != null
            ? "--p12"
            : tls.keyPassword != null
                ? "--key-password"
                : tls.serverName != null
                    ? "--server-name"
                    : tls.noAlpn ? "--no-alpn" : endpoint.wait != null ? "--wait" : null;
    if (other != null) {
      throw CliException.usage(
          "%s and --dry-run=grpcurl exclude each other: grpcurl has no equal option; leave it out",
          other);
    }
    boolean unix = isUnix(target);
    if (tls.plaintext || (unix && tls.firstGiven().isEmpty())) {
      words.add("-plaintext");
    }
    if (unix) {
      words.add("-unix");
    }
    if (tls.insecure) {
      words.add("-insecure");
    }
    add("-cacert", tls.cacert);
    add("-cert", tls.cert);
    add("-key", tls.key);
    add("-authority", endpoint.authority);
    add("-user-agent", endpoint.userAgent);
    add("-keepalive-time", endpoint.keepaliveTime);
    Duration connect = endpoint.gateway.connectTimeout;
    if (!connect.equals(new SocketOptions().connectTimeout)) {
      add("-connect-timeout", connect);
    }
  }

  private static boolean isUnix(@Nullable String target) {
    return target == null || target.startsWith("unix:");
  }

  private void schema(SchemaOptions schemas) {
    if (!schemas.protosets.isEmpty() && !schemas.sources.isEmpty()) {
      throw CliException.usage(
          "--dry-run=grpcurl: grpcurl accepts either --protoset or --proto: leave one of them out");
    }
    schemas.protosets.forEach(file -> add("-protoset", file));
    schemas.folders.forEach(folder -> add("-import-path", folder));
    schemas.sources.forEach(file -> add("-proto", file));
    if (schemas.reflection) {
      words.add("-use-reflection");
    }
  }

  private void add(String option, @Nullable String value) {
    if (value != null) {
      words.add(option);
      words.add(value);
    }
  }

  private void add(String option, @Nullable Duration seconds) {
    if (seconds != null) {
      add(option, BigDecimal.valueOf(seconds.toNanos(), 9).stripTrailingZeros().toPlainString());
    }
  }

  /** Returns the address of the server; null for the gateway, also if it calls an upstream. */
  private static @Nullable String target(EndpointOptions endpoint, Invocation invocation) {
    TargetName name = endpoint.targetName(invocation);
    return name == null || name.isReference() ? null : name.text();
  }

  /** Returns the address for grpcurl: host and port, or the path of a Unix socket. */
  static String address(EndpointOptions endpoint, Invocation invocation) {
    String target = target(endpoint, invocation);
    if (target == null) {
      return SocketPaths.find(endpoint.gateway.socket, invocation).path().toString();
    }
    if (target.startsWith("unix-abstract:")) {
      throw CliException.usage(
          "--dry-run=grpcurl: grpcurl cannot connect to %s: give another target", target);
    }
    return target.startsWith("unix:")
        ? invocation.workingDirectory().resolve(target.replaceFirst("unix:(//)?", "")).toString()
        : target;
  }
}
