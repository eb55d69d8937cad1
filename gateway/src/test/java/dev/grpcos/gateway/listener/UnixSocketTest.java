package dev.grpcos.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Companion;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixSocketTest {
  private static final long PID = ProcessHandle.current().pid();

  @TempDir private Path folder;

  private Path path() {
    return folder.resolve("g.sock");
  }

  private void assertRefused(Path path, String... fragments) {
    assertThatThrownBy(
            () ->
                Gateway.start(
                        ConfigSource.fixed(GatewayConfig.defaults(path)), GatewayOptions.DEFAULT)
                    .close())
        .isInstanceOf(GatewayException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(fragments).doesNotContain("\n"));
  }

  @Test
  void foldersAreCreatedPrivate() throws Exception {
    Path path = folder.resolve("a/b/g.sock");
    try (Gateway gateway =
        Gateway.start(ConfigSource.fixed(GatewayConfig.defaults(path)), GatewayOptions.DEFAULT)) {
      assertAnswers(gateway.socket());
      assertThat(mode(folder.resolve("a"))).isEqualTo("rwx------");
      assertThat(mode(folder.resolve("a/b"))).isEqualTo("rwx------");
    }
  }

  @Test
  void socketHasItsModeAndNoOtherFileRemains() throws Exception {
    try (Gateway gateway =
        Gateway.start(
            ConfigSource.fixed(GatewayConfig.defaults(path()).withMode(0620)),
            GatewayOptions.DEFAULT)) {
      assertThat(mode(gateway.socket())).isEqualTo("rw--w----");
      assertThat(names()).containsExactly("g.sock", "g.sock.lock");
    }
    assertThat(names()).containsExactly("g.sock.lock");
    assertThat(path().resolveSibling("g.sock.lock")).isEmptyFile();
  }

  /** The files of the predecessor were removed, perhaps with its lock. */
  @Test
  void endOfAPredecessorKeepsThePrivateFolderOfItsSuccessor() throws Exception {
    ListenConfig listen = new ListenConfig(path(), 0600, null);
    UnixSocket predecessor = UnixSocket.further(listen, List.of());
    try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bound.bind(UnixDomainSocketAddress.of(predecessor.bindingPath("").path()));
      predecessor.publish();
      Files.delete(path());
      UnixSocket successor = UnixSocket.further(listen, List.of());

      predecessor.release();

      assertThat(Path.of(successor.bindingPath("").path()).getParent()).isDirectory();
      successor.release();
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void groupMayBeGivenByNumber() throws Exception {
    Object group = Files.getAttribute(folder, "unix:gid");
    var config = GatewayConfig.defaults(path()).withGroup(group.toString());
    try (Gateway gateway = Gateway.start(ConfigSource.fixed(config), GatewayOptions.DEFAULT)) {
      assertThat(Files.getAttribute(gateway.socket(), "unix:gid")).isEqualTo(group);
    }
  }

  @Test
  void unknownGroupIsNamedAndNoFileRemains() throws Exception {
    assertThatThrownBy(
            () ->
                Gateway.start(
                    ConfigSource.fixed(GatewayConfig.defaults(path()).withGroup("no-such-group")),
                    GatewayOptions.DEFAULT))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("no-such-group");
    assertThat(names()).containsExactly("g.sock.lock");
    Gateway.start(ConfigSource.fixed(GatewayConfig.defaults(path())), GatewayOptions.DEFAULT)
        .close();
  }

  @Test
  void regularFileSurvives() throws Exception {
    Files.writeString(path(), "precious");

    assertRefused(path(), path().toString(), "a regular file", "remove it");
    assertThat(path()).hasContent("precious");
  }

  @Test
  void regularFileAtACompanionsPathSurvives() throws Exception {
    Path companion = folder.resolve("g.sock.cli");
    Files.writeString(companion, "precious");

    assertThatThrownBy(
            () ->
                Gateway.start(
                    ConfigSource.fixed(GatewayConfig.defaults(path())),
                    GatewayOptions.DEFAULT.withCompanions(
                        new Companion(".cli", gateway -> new ChannelInboundHandlerAdapter()))))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining(companion.toString());
    assertThat(companion).hasContent("precious");
    assertThat(path()).doesNotExist();
  }

  @Test
  void symbolicLinkIsRefusedAndItsTargetSurvives() throws Exception {
    Path target = Files.writeString(folder.resolve("target"), "precious");
    Files.createSymbolicLink(path(), target);

    assertRefused(path(), "a symbolic link");
    assertThat(target).hasContent("precious");
    assertThat(path()).isSymbolicLink();
  }

  @Test
  void folderAtTheSocketsPathIsRefused() throws Exception {
    Files.createDirectory(path());

    assertRefused(path(), "a folder");
  }

  @Test
  void staleSocketIsTakenOver() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path()));
    }
    assertThat(path()).exists();

    try (Gateway gateway =
        Gateway.start(ConfigSource.fixed(GatewayConfig.defaults(path())), GatewayOptions.DEFAULT)) {
      assertAnswers(gateway.socket());
    }
  }

  @Test
  void socketOfAnotherServerIsRefusedWithItsPidAndKept() throws Exception {
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path()));

      assertRefused(path(), path().toString(), "in use by pid " + PID);
      assertThat(path()).exists();
      SocketChannel.open(UnixDomainSocketAddress.of(path())).close();
    }
  }

  @Test
  void secondGatewayInOneProcessIsRefusedAndTheFirstKeepsItsLock() throws Exception {
    try (Gateway first =
        Gateway.start(ConfigSource.fixed(GatewayConfig.defaults(path())), GatewayOptions.DEFAULT)) {
      assertRefused(path(), "in use by pid " + PID);
      assertAnswers(first.socket());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx---rwx", "rwxrwxrwx"})
  void folderThatOthersCanWriteIsRefused(String mode) throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));

    assertRefused(open.resolve("g.sock"), open.toString(), "chmod go-w");
    assertThat(open).isEmptyDirectory();
  }

  @Test
  void stickyFolderThatOthersCanWriteIsRefused() {
    assertRefused(Path.of("/tmp/grpcos-test.sock"), "folder /tmp has mode 1777");
  }

  @Test
  void folderThatIsAFileIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertRefused(file.resolve("g.sock"), file.toString(), "is not a folder");
  }

  @Test
  void pathTooLongIsRefusedByLength() {
    Path path = folder.resolve("x".repeat(110));

    assertRefused(path, path.toString(), path.toString().length() + " bytes", "at most 101");
  }

  @Test
  void longestPathWorks() throws Exception {
    Path path = folder.resolve("x".repeat(101 - folder.toString().length() - 1));
    try (Gateway gateway =
        Gateway.start(ConfigSource.fixed(GatewayConfig.defaults(path)), GatewayOptions.DEFAULT)) {
      assertAnswers(gateway.socket());
    }
  }

  @Test
  void filesOfAKilledStartAreRemoved() throws Exception {
    Path left = Files.createDirectory(folder.resolve("g.sock.new"));
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(left.resolve("s")));
    }
    Files.writeString(folder.resolve("g.sock.lock"), "999999999\n");

    try (Gateway gateway =
        Gateway.start(ConfigSource.fixed(GatewayConfig.defaults(path())), GatewayOptions.DEFAULT)) {
      assertAnswers(gateway.socket());
      assertThat(left).doesNotExist();
    }
  }

  @Test
  void removedSocketEndsTheGatewayAsFailed() throws Exception {
    var config = GatewayConfig.defaults(path()).withWatch(Duration.ofMillis(20));
    try (Gateway gateway = Gateway.start(ConfigSource.fixed(config), GatewayOptions.DEFAULT)) {
      Files.delete(path());

      var termination = gateway.awaitTermination();
      assertThat(termination.failed()).isTrue();
      assertThat(termination.reason()).contains(path().toString(), "removed or replaced");
    }
  }

  @Test
  void socketOfAnotherProcessIsKeptAtTheEnd() throws Exception {
    Gateway gateway =
        Gateway.start(ConfigSource.fixed(GatewayConfig.defaults(path())), GatewayOptions.DEFAULT);
    Files.delete(path());
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path()));
      gateway.close();

      assertThat(Files.exists(path(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static void assertAnswers(Path socket) {
    try (SocketClient clients = new SocketClient(socket)) {
      var request = HelloRequest.newBuilder().setName("x").build();
      assertThat(GreeterGrpc.newBlockingStub(clients.channel()).sayHello(request).getMessage())
          .isEqualTo("Hello x");
    }
  }
}
