package dev.grpcos.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.process.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests where a gateway is looked for. LauncherIT compares the launcher's rule. */
final class GatewaySocketTest {
  /** Stands for the root of the file system. */
  @TempDir Path root;

  private final int uid = OwnProcess.uid();
  private Path session;
  private Path system;
  private Path temporary;

  @BeforeEach
  void places() {
    session = root.resolve("run/user/" + uid + "/grpcos/gateway.sock");
    system = root.resolve("run/grpcos/gateway.sock");
    temporary = root.resolve("tmp/grpcos-" + uid + "/gateway.sock");
  }

  private GatewaySocket find(boolean listens, int caller, Map<String, String> environment) {
    return GatewaySocket.find(
        null,
        new GatewaySocket.CommandCaller(Path.of("/srv"), environment::get, caller),
        listens,
        root);
  }

  private Path found() {
    return find(false, uid, Map.of()).path();
  }

  private Path toListen() {
    return find(true, uid, Map.of()).path();
  }

  private static void create(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  @Test
  void variablesNameTheOnlyPlace() throws IOException {
    create(session);
    assertThat(find(false, uid, Map.of("XDG_RUNTIME_DIR", "/x", "GRPCOS_SOCKET", "g.sock")))
        .extracting(GatewaySocket::path, GatewaySocket::named)
        .containsExactly(Path.of("/srv/g.sock"), true);
    GatewaySocket byRuntimeFolder = find(false, uid, Map.of("XDG_RUNTIME_DIR", "/x"));
    assertThat(byRuntimeFolder.path()).isEqualTo(Path.of("/x/grpcos/gateway.sock"));
    assertThat(byRuntimeFolder.named()).isFalse();
    assertThat(byRuntimeFolder.others()).isEmpty();
  }

  @Test
  void gatewayOfTheSessionIsFoundWithoutVariables() throws IOException {
    create(session);
    create(system);
    create(temporary);
    assertThat(found()).isEqualTo(session);
    assertThat(toListen()).isEqualTo(session);
  }

  @Test
  void commandUsesTheFirstGatewayThatExists() throws IOException {
    Files.createDirectories(root.resolve("run/user/" + uid));
    create(temporary);
    assertThat(found()).isEqualTo(temporary);
    create(system);
    assertThat(found()).isEqualTo(system);
    assertThat(find(false, uid, Map.of()).others()).containsExactly(session, temporary);
  }

  @Test
  void gatewayOfAUserListensInTheUsersOwnPlaces() throws IOException {
    int user = 1000;
    create(system);
    Path own = root.resolve("tmp/grpcos-1000/gateway.sock");
    assertThat(find(true, user, Map.of()).path()).isEqualTo(own);
    assertThat(find(false, user, Map.of()).path()).isEqualTo(system);
    Files.delete(system);
    assertThat(find(false, user, Map.of()).path()).isEqualTo(own);
  }

  @Test
  void gatewayOfRootListensForTheWholeSystem() throws IOException {
    Files.createDirectories(root.resolve("run/user/0"));
    assertThat(find(true, 0, Map.of()).path()).isEqualTo(system);
    assertThat(find(false, 0, Map.of()).path()).isEqualTo(system);
  }

  @Test
  void foldersOfAnotherUserAreNoPlaces() throws IOException {
    int other = uid + 1;
    create(root.resolve("run/user/" + other + "/grpcos/gateway.sock"));
    create(root.resolve("tmp/grpcos-" + other + "/gateway.sock"));
    create(system);
    assertThat(find(false, other, Map.of()).path()).isEqualTo(system);
  }

  @Test
  void linkToAFolderIsNoPlace() throws IOException {
    Files.createDirectories(root.resolve("elsewhere/grpcos"));
    Files.createFile(root.resolve("elsewhere/grpcos/gateway.sock"));
    Files.createDirectories(root.resolve("run/user"));
    Files.createSymbolicLink(root.resolve("run/user/" + uid), root.resolve("elsewhere"));
    create(temporary);
    assertThat(found()).isEqualTo(temporary);
  }
}
