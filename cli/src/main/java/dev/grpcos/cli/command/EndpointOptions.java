package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where calls go: the gateway, or any server. */
final class EndpointOptions implements Endpoint {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What an attempt has at least, so that a short wait tells what is wrong all the same. */
  private static final Duration LEAST_ATTEMPT = Duration.ofSeconds(1);

  private static final Duration LEAST_KEEPALIVE = Duration.ofSeconds(10);

  @Mixin SocketOptions gateway = new SocketOptions();

  @Option(
      names = {"-t", "--target"},
      paramLabel = "TARGET",
      description =
          "A server in place of the gateway: HOST:PORT, dns:///HOST:PORT (spreads calls over all"
              + " its addresses), unix:PATH or unix-abstract:NAME. Default: $$GRPCOS_TARGET, where"
              + " --socket is not given.")
  @Nullable String target;

  @Mixin TlsOptions tls = new TlsOptions();

  @Option(
      names = "--authority",
      paramLabel = "NAME",
      description =
          "The server's name in calls. Default: the target's host and port; localhost on Unix"
              + " sockets.")
  @Nullable String authority;

  @Option(
      names = "--user-agent",
      paramLabel = "TEXT",
      description = "What to say to a target in user-agent, before gRPC's own words.")
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
          "Wait until the server can be reached, and with health until it is SERVING, for"
              + " ${FALLBACK-VALUE} or so long.")
  @Nullable Duration wait;

  @Option(
      names = "--max-message-size",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description = "The largest request or response. Default: 64MiB.")
  int maxMessageSize = 64 << 20;

  /**
   * Where calls go, which is made sure to be possible from here before anything is read.
   *
   * @return null for the gateway
   */
  private @Nullable ServerAddress address(Invocation invocation) {
    if (target != null && gateway.socket != null) {
      throw CliException.usage(
          "--socket and --target exclude each other: give the gateway's socket or a server's"
              + " address");
    }
    String name = target;
    String origin = "--target ";
    if (name == null && gateway.socket == null) {
      String variable = invocation.environment("GRPCOS_TARGET");
      name = variable == null || variable.isEmpty() ? null : variable;
      origin = "GRPCOS_TARGET ";
    }
    if (name == null) {
      requireNoTargetOptions();
      return null;
    }
    try {
      return ServerAddress.parse(name, invocation.workingDirectory());
    } catch (IllegalArgumentException e) {
      throw CliException.usage("%s%s", origin, e.getMessage());
    }
  }

  private void requireNoTargetOptions() {
    String first =
        authority != null
            ? "--authority"
            : keepaliveTime != null
                ? "--keepalive-time"
                : userAgent != null ? "--user-agent" : tls.asked().orElse(null);
    if (first != null) {
      throw CliException.usage(
          "%s goes with --target: the gateway's socket has no use for it", first);
    }
  }

  /** Leaves the command to a process of its own, if it has to be one, before anything is read. */
  void admit(Invocation invocation) {
    ServerAddress address = address(invocation);
    invocation
        .connections()
        .admit(address == null ? gateway.target(invocation).address() : address, address == null);
  }

  /** The host of a target, as other programs know it; none for the gateway. */
  Optional<String> host(Invocation invocation) {
    return Optional.ofNullable(address(invocation))
        .map(address -> address instanceof ServerAddress.Tcp tcp ? tcp.host() : "localhost");
  }

  private Target target(Invocation invocation) {
    ServerAddress address = address(invocation);
    if (address == null) {
      return gateway.target(invocation);
    }
    if (keepaliveTime != null && keepaliveTime.compareTo(LEAST_KEEPALIVE) < 0) {
      throw CliException.usage(
          "--keepalive-time %s is out of range: give 10s or more, as servers end connections that"
              + " ping oftener",
          DurationText.of(keepaliveTime));
    }
    if (authority != null && !authority.matches("[\\x21-\\x7e&&[^/?#@\\\\]]+")) {
      throw CliException.usage("--authority '%s' is no name: give HOST or HOST:PORT", authority);
    }
    if (userAgent != null && !userAgent.matches("[\\x21-\\x7e][\\x20-\\x7e]*")) {
      throw CliException.usage("--user-agent is no header: give printable ASCII");
    }
    return new Target(
        address,
        false,
        tls.files(!address.isLocal(), invocation),
        authority,
        keepaliveTime,
        userAgent);
  }

  @Override
  public Connection connect(Invocation invocation) {
    Duration patience = wait;
    if (patience == null) {
      return connectNow(invocation);
    }
    admit(invocation);
    Target described = target(invocation);
    Duration timeout = gateway.connectTimeout;
    Duration attempt = patience.compareTo(LEAST_ATTEMPT) < 0 ? LEAST_ATTEMPT : patience;
    if (attempt.compareTo(timeout) > 0) {
      attempt = timeout;
    }
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return invocation.connections().connect(described, attempt, patience);
      } catch (CallFailedException e) {
        if (e.status().getCode() != Status.Code.UNAVAILABLE
            || System.nanoTime() >= end
            || Context.current().isCancelled()) {
          throw e;
        }
        pause(Math.min(PAUSE.toNanos(), end - System.nanoTime()), e);
      }
    }
  }

  /** Connects at once or not at all; {@code --wait} is for whoever does it again. */
  Connection connectNow(Invocation invocation) {
    admit(invocation);
    return invocation.connections().connect(target(invocation), gateway.connectTimeout, wait);
  }

  private static void pause(long nanos, CallFailedException reason) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(1, nanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
