package dev.grpcos.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.gateway.process.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which gateways a command trusts. ForeignUserIT tests gateways of other users. */
final class GatewayTrustTest {
  private static final int CALLER = 1000;
  private static final int SERVER = 990;

  /** Not a socket, but only the folders matter, which belong to root. */
  private static final Path SAFE = Path.of("/etc/passwd");

  @TempDir Path folder;

  private static GatewayTrust trust(Path socket, boolean named, int caller) {
    return new GatewayTrust(new GatewaySocket(socket, named, List.of()), caller);
  }

  private static GatewayTrust named(Path socket) {
    return trust(socket, true, CALLER);
  }

  @Test
  void callersAndRootsServersAreTrustedEverywhere() {
    for (boolean named : new boolean[] {true, false}) {
      GatewayTrust trust = trust(folder.resolve("g.sock"), named, CALLER);
      assertThat(trust.refusal(CALLER)).isEmpty();
      assertThat(trust.refusal(0)).isEmpty();
    }
  }

  @Test
  void defaultPlaceIsOnlyForTheCallerAndRoot() {
    assertThat(trust(SAFE, false, CALLER).refusal(SERVER))
        .hasValue(
            "it is served by uid 990, neither you nor root; name the socket with --socket or"
                + " GRPCOS_SOCKET if you trust that user");
  }

  /** Any user can create the folder before its user does. */
  @Test
  void defaultFolderInTmpIsTheCallersOrRoots() throws IOException {
    assumeTrue(OwnProcess.uid() == 0, "needs root to give the folder to another user");
    int caller = 1_900_000_000 + (int) OwnProcess.pid(); // of no user, and of no other run
    Path place = Path.of("/tmp/grpcos-" + caller);
    GatewayTrust trust = trust(place.resolve("gateway.sock"), false, caller);
    Files.createDirectory(place);
    try {
      Files.setAttribute(place, "unix:uid", caller);
      assertThat(trust.refusal(caller)).isEmpty();
      Files.setAttribute(place, "unix:uid", 4242);
      assertThat(trust.refusal(caller))
          .hasValue(
              "the folder %s belongs to uid 4242; remove it, or name another socket with --socket"
                  .formatted(place));
      Files.delete(place);
      Files.createSymbolicLink(place, folder);
      assertThat(trust.refusal(0))
          .hasValueSatisfying(why -> assertThat(why).startsWith(place + " is not a folder; "));
    } finally {
      Files.delete(place);
    }
  }

  @Test
  void namedSocketInSafeFoldersIsTrusted() throws IOException {
    assertThat(named(SAFE).refusal(SERVER)).isEmpty();
    assertThat(named(Path.of("/etc/../etc/./passwd")).refusal(SERVER)).isEmpty();
    // The folder of the link is checked, not only that of the file.
    Path link = Files.createSymbolicLink(folder.resolve("link"), SAFE);
    assertThat(named(link).refusal(SERVER))
        .hasValueSatisfying(why -> assertThat(why).startsWith("it is served by uid 990, and the"));
  }

  @Test
  void folderBelowOneThatOthersCanWriteIsNotSafe() {
    assertThat(named(Path.of("/tmp/any.sock")).refusal(SERVER))
        .hasValue(
            "it is served by uid 990, and the folder /tmp can be written by others; keep the"
                + " socket in folders that only you, root and that user can write");
  }

  @Test
  void pathThatCannotBeFollowedIsNotSafe() throws IOException {
    assertThat(named(Path.of("/etc/no-such-folder/g.sock")).refusal(SERVER))
        .hasValueSatisfying(why -> assertThat(why).contains("cannot be examined"));
  }

  @Test
  void userIdIsUnsigned() {
    assertThat(trust(SAFE, false, CALLER).refusal(-2))
        .hasValueSatisfying(why -> assertThat(why).contains("uid 4294967294,"));
  }
}
