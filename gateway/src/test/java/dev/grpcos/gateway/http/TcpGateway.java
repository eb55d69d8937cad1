package dev.grpcos.gateway.http;

import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.HttpConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A gateway in this process that listens on a TCP address. */
final class TcpGateway implements AutoCloseable {
  static final String TOKEN = "0123456789abcdef";
  static final String AUTHORIZATION = "Authorization: Bearer " + TOKEN;
  static final PeerIdentity SELF = new PeerIdentity(OwnProcess.uid(), 0, List.of(), 1);

  private final Path folder;
  private volatile GatewayConfig config;
  private final Gateway gateway;

  /** Starts a gateway with this configuration. */
  TcpGateway(Path folder, UnaryOperator<GatewayConfig> change) throws Exception {
    this.folder = folder;
    writeToken(TOKEN);
    config = change.apply(GatewayConfig.defaults(folder.resolve("g.sock")).withHttp(http()));
    gateway = Gateway.start(() -> config, GatewayOptions.DEFAULT);
  }

  /** Replaces the file with the token. */
  void writeToken(String token) throws IOException {
    Path file = folder.resolve("next");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, token + "\n");
    Files.move(file, folder.resolve("token"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns the configuration for a free port of the loopback address. */
  HttpConfig http() {
    return http(List.of("*"), Set.of("localhost"), Set.of("https://app.example"));
  }

  HttpConfig http(List<String> methods, Set<String> hosts, Set<String> origins) {
    return new HttpConfig(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        folder.resolve("token"),
        SELF,
        methods.stream().map(NamePattern::new).toList(),
        hosts,
        origins);
  }

  Gateway gateway() {
    return gateway;
  }

  Reloaded reload(UnaryOperator<GatewayConfig> change) throws Exception {
    config = change.apply(config);
    return gateway.reload().get(60, TimeUnit.SECONDS);
  }

  GetStatusResponse status() {
    return AdminGrpc.newBlockingStub(OwnersSocket.channel(gateway, SELF))
        .getStatus(GetStatusRequest.getDefaultInstance());
  }

  InetSocketAddress address() {
    String text = status().getHttp().getAddress();
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(),
        Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)));
  }

  RawHttp1 connect() throws IOException {
    return new RawHttp1(address());
  }

  /** Returns the response to a request on a connection of its own. */
  RawHttp1.Response exchange(String request) throws IOException {
    try (RawHttp1 connection = connect()) {
      return connection.send(request).response();
    }
  }

  /** Returns the response to a request with the token, on a connection of its own. */
  RawHttp1.Response call(String method, String path, String body, String... headers)
      throws IOException {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = AUTHORIZATION;
    return exchange(request(method, path, body, all));
  }

  /** Returns the bytes of a request to this address. */
  static String request(String method, String path, String body, String... headers) {
    return RawHttp1.request(method, path, body, headers)
        .replace("Host: grpcos\r\n", "Host: localhost\r\n");
  }

  @Override
  public void close() {
    gateway.close();
  }
}
