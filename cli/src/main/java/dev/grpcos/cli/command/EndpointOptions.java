package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.CallDefaults;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.connection.ProxyVariables;
import dev.grpcos.cli.connection.ReferenceConnections;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.connection.TlsSources;
import dev.grpcos.cli.context.Contexts;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.ContextConfig;
import dev.grpcos.gateway.text.DurationText;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the destination of calls: the gateway, or any server. */
final class EndpointOptions {
  private static final Duration LEAST_KEEPALIVE = Duration.ofSeconds(10);

  @Mixin SocketOptions gateway = new SocketOptions();

  @Option(
      names = {"-t", "--target"},
      paramLabel = "TARGET",
      description =
          "A server to call instead of the gateway: HOST:PORT, dns:///HOST:PORT (balances calls"
              + " over all its addresses), unix:PATH or unix-abstract:NAME; or @NAME, a context of"
              + " yours, else an upstream of the gateway. Unlike that of a gateway, the user that"
              + " serves a Unix socket is not checked. Default: $$GRPCOS_TARGET, @$$GRPCOS_CONTEXT,"
              + " or the context of grpcos context use, unless --socket is given.")
  @Nullable String target;

  @Mixin TlsOptions tls = new TlsOptions();

  @Option(
      names = "--authority",
      paramLabel = "NAME",
      description =
          "The authority of calls. Default: the target's host and port; localhost on Unix"
              + " sockets.")
  @Nullable String authority;

  @Option(
      names = "--user-agent",
      paramLabel = "TEXT",
      description = "The user-agent for a target, before that of gRPC.")
  @Nullable String userAgent;

  @Option(
      names = "--keepalive-time",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description =
          "Ping a target that has been silent for so long during a call, 10s or more. Default:"
              + " never.")
  @Nullable Duration keepaliveTime;

  @Option(
      names = "--wait",
      arity = "0..1",
      paramLabel = "DUR",
      fallbackValue = "30s",
      preprocessor = AttachedValue.class,
      converter = DurationConverter.class,
      description =
          "Wait until the server can be reached (health: until it is SERVING), for DUR or by"
              + " default ${FALLBACK-VALUE}.")
  @Nullable Duration wait;

  @Option(
      names = "--max-message-size",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description = "The maximum size of a request or response. Default: 64MiB.")
  int maxMessageSize = 64 << 20;

  /** Whether Unix sockets have TLS by default, as servers over TCP do. */
  boolean tlsOnUnixSockets;

  /** Returns the target that the caller names; null for the gateway. */
  @Nullable TargetName targetName(Invocation invocation) {
    return TargetName.find(target, gateway.socket != null, invocation);
  }

  /**
   * Returns the server's address; null for the gateway.
   *
   * @param name the target that the caller names, which is not a reference; null for none
   */
  private @Nullable ServerAddress address(@Nullable TargetName name, Invocation invocation) {
    if (name == null) {
      requireNoTargetOptions("--target", "the gateway's socket");
      return null;
    }
    if (gateway.socket != null) {
      throw CliException.usage(
          "--socket and --target exclude each other: give the gateway's socket or a server's"
              + " address");
    }
    try {
      return ServerAddress.parse(name.text(), invocation.workingDirectory());
    } catch (IllegalArgumentException e) {
      throw CliException.usage(
          "%s%s%s",
          name.origin(),
          e.getMessage(),
          name.text().startsWith("http://") ? ", with --plaintext" : "");
    }
  }

  private void requireNoTargetOptions(String needed, String destination) {
    String first =
        authority != null
            ? "--authority"
            : keepaliveTime != null
                ? "--keepalive-time"
                : userAgent != null ? "--user-agent" : tls.firstGiven().orElse(null);
    if (first == null && tls.plaintext) {
      throw CliException.usage(
          "--plaintext requires --target: give the server's address, as in -t localhost:50051"
              + " --plaintext; %s needs neither",
          destination);
    }
    if (first != null) {
      throw CliException.usage(
          "%s requires %s: it does not apply to %s", first, needed, destination);
    }
  }

  /** Returns the endpoint. The files that its target needs, for example for TLS, are read later. */
  Endpoint resolve(Invocation invocation) {
    TargetName name = targetName(invocation);
    if (name != null && name.isReference()) {
      String reference = name.reference();
      // A command that names a gateway means an upstream of it.
      Contexts contexts = gateway.socket == null ? Contexts.read(invocation) : null;
      ContextConfig context = contexts == null ? null : contexts.find(reference, invocation);
      if (context != null) {
        return server(new ContextTarget(context), ContextTarget.defaults(context), invocation);
      }
      requireNoTargetOptions("a server", "upstream " + reference + " of the gateway");
      return gateway(
          new ReferenceConnections(
              invocation.connections(), reference, contexts == null ? List.of() : contexts.names()),
          CallDefaults.naming(reference),
          invocation);
    }
    ServerAddress address = address(name, invocation);
    return address == null
        ? gateway(invocation.connections(), CallDefaults.NONE, invocation)
        : server(ContextTarget.of(address, hasTls(address)), CallDefaults.NONE, invocation);
  }

  private Endpoint server(ContextTarget base, CallDefaults defaults, Invocation invocation) {
    tls.admit(base.usesTls(), base.tls(), invocation);
    return new Endpoint(
        invocation.connections(),
        base.address(),
        () -> target(base, invocation),
        gateway.connectTimeout,
        wait,
        defaults);
  }

  private Endpoint gateway(Connections connections, CallDefaults defaults, Invocation invocation) {
    return new Endpoint(
        connections,
        null,
        () -> gateway.target(invocation),
        gateway.connectTimeout,
        wait,
        defaults);
  }

  /** Returns whether an address has TLS by default. */
  private boolean hasTls(ServerAddress address) {
    return tlsOnUnixSockets || !address.isLocal();
  }

  private Target target(ContextTarget base, Invocation invocation) {
    if (keepaliveTime != null && keepaliveTime.compareTo(LEAST_KEEPALIVE) < 0) {
      throw CliException.usage(
          "--keepalive-time %s is out of range: give 10s or more, because servers end connections"
              + " with more frequent pings",
          DurationText.of(keepaliveTime));
    }
    if (authority != null && !authority.matches("[\\x21-\\x7e&&[^/?#@\\\\]]+")) {
      throw CliException.usage(
          "--authority '%s' is not an authority: give HOST or HOST:PORT", authority);
    }
    if (userAgent != null && !userAgent.matches("[\\x21-\\x7e][\\x20-\\x7e]*")) {
      throw CliException.usage("--user-agent is not a valid header value: give printable ASCII");
    }
    TlsSources files = tls.files(base.usesTls(), base.tls(), invocation);
    HttpProxy proxy = base.proxy();
    if (proxy == null && base.address() instanceof ServerAddress.Tcp tcp) {
      proxy = ProxyVariables.find(tcp, files != null, invocation::environment);
    }
    base.requirePrivate(files != null, proxy);
    return new Target(
        base.address(),
        null,
        files,
        authority == null ? base.authority() : authority,
        keepaliveTime,
        userAgent,
        proxy,
        base.credentials(invocation::environment));
  }
}
