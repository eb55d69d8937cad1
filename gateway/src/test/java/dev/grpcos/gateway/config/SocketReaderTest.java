package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketReaderTest {
  @TempDir private Path folder;

  @Test
  void upstreamsAreThoseOfTheConfiguration() throws Exception {
    String upstreams = "upstreams:\n  - {name: eu-1, target: 'unix:u.sock'}\n";
    String socket = "sockets:\n  - {path: a.sock, methods: ['*'], upstreams: [%s]}\n";
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, upstreams + socket.formatted("eu-1, 'us-*'"));
    assertThat(
            ConfigFile.read(file, folder.resolve("g.sock"), Map.of()).sockets().get(0).upstreams())
        .containsExactly(new NamePattern("eu-1"), new NamePattern("us-*"));

    Files.writeString(file, upstreams + socket.formatted("eu-2"));
    assertThatThrownBy(() -> ConfigFile.read(file, folder.resolve("g.sock"), Map.of()))
        .hasMessageEndingWith(
            "sockets.upstreams is 'eu-2', which is the name of no upstream; give one of"
                + " `upstreams`");
    Files.writeString(file, upstreams + socket.formatted(""));
    assertThatThrownBy(() -> ConfigFile.read(file, folder.resolve("g.sock"), Map.of()))
        .hasMessageContaining("sockets.upstreams is empty;");
  }

  private List<SocketConfig> read(String sockets) throws Exception {
    Path file = Files.writeString(folder.resolve("gateway.yaml"), "sockets:\n" + sockets);
    return ConfigFile.read(file, folder.resolve("g.sock"), Map.of()).sockets();
  }

  @Test
  void everythingIsReadAndPathsAreRelativeToTheFile() throws Exception {
    assertThat(
            read(
                "  - {path: n/ci.sock, mode: '0660', group: '7', users: ['65534'],"
                    + " methods: [a.B/Get*]}\n"
                    + "  - {path: /n/all.sock, methods: ['*']}\n"))
        .containsExactly(
            new SocketConfig(
                new ListenConfig(folder.resolve("n/ci.sock"), 0660, "7"),
                false,
                Set.of(65534),
                Set.of(),
                List.of(new NamePattern("a.B/Get*"))),
            new SocketConfig(
                new ListenConfig(Path.of("/n/all.sock"), 0600, null),
                true,
                Set.of(),
                Set.of(),
                List.of(new NamePattern("*"))));
  }

  @Test
  void anEmptyListOfUsersLeavesTheGatewaysUserAndRoot() throws Exception {
    assertThat(read("  - {path: a.sock, users: [], methods: ['*']}\n").get(0).anyone()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{methods: ['*']}|2:5: sockets.path is missing",
        "{path: a.sock}|2:5: sockets.methods is missing",
        "{path: a.sock, methods: []}|2:29: sockets.methods is empty",
        "{path: a.sock, methods: [a.B]}|2:30: sockets.methods is 'a.B', which",
        "{path: a.sock, methods: ['a b/*']}|2:30: sockets.methods is 'a b/*', which",
        "{path: a.sock, methods: [grpcos.admin.v1.Admin/Stop]}|2:30: sockets.methods is"
            + " 'grpcos.admin",
        "{path: a.sock, mode: '999', methods: ['*']}|2:26: sockets.mode is '999', not a mode",
        "{path: a.sock, group: no-such, methods: ['*']}|2:27: sockets.group is 'no-such'",
        "{path: a.sock, users: [no-such], methods: ['*']}|2:28: sockets.users is 'no-such'",
        "{path: g.sock, methods: ['*']}|2:12: sockets.path is FOLDER/g.sock, the gateway's own",
        "{path: n/../g.sock, methods: ['*']}|2:12: sockets.path is FOLDER/g.sock, the gateway's"
            + " own",
        "{path: g.sock.cli, methods: ['*']}|2:12: sockets.path is FOLDER/g.sock.cli, too close to",
        "{path: a, methods: ['*']}\\n"
            + "  - {path: a, methods: ['*']}|3:12: sockets.path is FOLDER/a, which",
        "{path: a.b, methods: ['*']}\\n"
            + "  - {path: a, methods: ['*']}|3:12: sockets.path is FOLDER/a, too"
      })
  void whatIsWrongIsReportedWithItsPlace(String socket, String problem) {
    assertThatThrownBy(() -> read("  - " + socket.replace("\\n", "\n") + "\n"))
        .isInstanceOf(ConfigException.class)
        .satisfies(
            e ->
                assertThat(((ConfigException) e).problems())
                    .first()
                    .asString()
                    .startsWith(
                        folder.resolve("gateway.yaml")
                            + ":"
                            + problem.replace("FOLDER", folder.toString())));
  }
}
