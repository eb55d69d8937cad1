package dev.grpcos.gateway.config;

import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.trust.TrustedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a configuration file: YAML is read into the message {@code grpcos.config.v1.GatewayConfig},
 * whose definition documents the keys, and the message is converted to records.
 *
 * <p>Reading blocks on files, and possibly on a directory service that knows users and groups, so
 * it must not run on an event loop.
 */
public final class ConfigFile {
  private static final int ROOT = 0;

  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @param socket the socket's path if the file does not specify one
   * @param environment the gateway's environment variables
   * @throws ConfigException if the file is invalid, with all problems
   */
  public static GatewayConfig read(Path file, Path socket, Map<String, String> environment)
      throws ConfigException {
    ConfigProblems problems = new ConfigProblems(file);
    requireSafe(file, problems);
    Place top = Place.root(problems);
    var message = message(file, environment, problems, top);
    Surroundings surroundings =
        new Surroundings(
            Objects.requireNonNull(
                file.toAbsolutePath().normalize().getParent(), "a file's folder"),
            environment,
            Surroundings.GATEWAY);
    List<UpstreamConfig> upstreams =
        UpstreamReader.read(message.getUpstreamsList(), top.at("upstreams"), surroundings);
    List<ServiceConfig> services =
        ServiceReader.read(message.getServicesList(), top.at("services"), surroundings);
    Set<String> names = upstreams.stream().map(UpstreamConfig::name).collect(Collectors.toSet());
    List<PolicyRule> policy = PolicyReader.read(message.getPolicyList(), names, top.at("policy"));
    AuditConfig audit =
        message.hasAudit()
            ? new AuditConfig(
                surroundings.writable(message.getAudit().getFile(), top.at("audit").at("file")))
            : null;
    ListenConfig listen = listen(message.getListen(), top.at("listen"), surroundings, socket);
    List<SocketConfig> sockets =
        SocketReader.read(
            message.getSocketsList(),
            names,
            top.at("sockets"),
            surroundings,
            listen == null ? socket : listen.socket());
    HttpConfig http =
        message.getListen().hasHttp()
            ? HttpReader.read(
                message.getListen().getHttp(), policy, top.at("listen").at("http"), surroundings)
            : null;
    OtlpConfig telemetry =
        message.hasTelemetry()
            ? TelemetryReader.read(
                message.getTelemetry().getOtlp(), top.at("telemetry").at("otlp"), surroundings)
            : null;
    problems.throwIfAny();

    return new GatewayConfig(
        Objects.requireNonNull(listen, "set if there are no problems"),
        http,
        sockets,
        upstreams,
        services,
        policy,
        limits(message.getLimits()),
        audit,
        telemetry,
        ProtoDurations.of(message.getDrain()),
        GatewayConfig.WATCH,
        message.getWarmup(),
        null,
        file.toAbsolutePath().normalize());
  }

  /** Reads the YAML, and fills in the defaults of absent keys. */
  private static dev.grpcos.proto.config.v1.GatewayConfig.Builder message(
      Path file, Map<String, String> environment, ConfigProblems problems, Place top)
      throws ConfigException {
    Node node = YamlText.read(file, problems);
    if (node == null) {
      throw problems.exception();
    }
    var message = dev.grpcos.proto.config.v1.GatewayConfig.newBuilder();
    YamlReader yaml = new YamlReader(new Expansion(environment, Surroundings.GATEWAY));
    yaml.read(node, message, top);
    fillIn(message, yaml, top);
    return message;
  }

  /**
   * For a gateway that runs as root, the file and its folders have to be safe from other users: the
   * file says which programs run as root. What the caller has opened, as in {@code /dev/stdin}, has
   * no path.
   */
  private static void requireSafe(Path file, ConfigProblems problems) {
    Path path = file.toAbsolutePath();
    boolean safe =
        path.equals(Path.of("/dev/null"))
            || path.equals(Path.of("/dev/stdin"))
            || Path.of("/dev/fd").equals(path.getParent());
    if (OwnProcess.uid() == ROOT && !safe && Files.exists(path)) {
      TrustedFile.distrust(path, ROOT).ifPresent(why -> problems.add("is not safe: " + why));
    }
  }

  /** Fills in the defaults of absent groups of keys. */
  private static void fillIn(
      dev.grpcos.proto.config.v1.GatewayConfig.Builder message, YamlReader yaml, Place top) {
    if (!message.hasListen()) {
      yaml.read(YamlText.NOTHING, message.getListenBuilder(), top.at("listen"));
    }
    if (!message.hasLimits()) {
      yaml.read(YamlText.NOTHING, message.getLimitsBuilder(), top.at("limits"));
    }
  }

  private static @Nullable ListenConfig listen(
      dev.grpcos.proto.config.v1.Listen message,
      Place place,
      Surroundings surroundings,
      Path otherwise) {
    Path socket =
        message.getSocket().isEmpty()
            ? otherwise
            : surroundings.resolve(message.getSocket(), place.at("socket"));
    return SocketReader.listen(socket, message.getMode(), message.getGroup(), place);
  }

  /**
   * Returns the limits. Called only without problems, so that all values are within their bounds.
   */
  private static Limits limits(dev.grpcos.proto.config.v1.Limits message) {
    Limits other = Limits.DEFAULT;
    return new Limits(
        message.getConnections(),
        message.getCalls(),
        (int) message.getMessage().getBytes(),
        (int) message.getMetadata().getBytes(),
        message.getStreams(),
        other.handshake(),
        other.resets(),
        other.resetWindow(),
        ProtoDurations.of(message.getIdle()),
        message.getExec(),
        message.getShare().getPercent(),
        ProtoDurations.of(message.getRequestWait()),
        message.hasMemory() ? message.getMemory().getBytes() : other.memory());
  }
}
