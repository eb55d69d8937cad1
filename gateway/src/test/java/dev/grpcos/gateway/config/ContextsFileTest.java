package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.channel.SpiffeId;
import dev.grpcos.gateway.process.OwnProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextsFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void setFile() {
    file = folder.resolve("contexts.yaml");
  }

  private ContextsFile read(String text) throws Exception {
    Files.writeString(file, text);
    return ContextsFile.read(file, OwnProcess.uid());
  }

  @Test
  void everythingIsReadAndPathsAreRelativeToTheFile() throws Exception {
    ContextConfig context =
        read("""
        staging:
          target: api.example:443
          cacert: ca.pem
          cert: me.pem
          key: me.key
          key_password: pw
          server_name: api
          authority: api.example
          proxy: http://proxy:3128
          credentials: {bearer: {file: token}}
          headers: {tenant: "${TENANT}"}
          deadline: 2s
        """)
            .context("staging", Map.of("TENANT", "acme"));

    assertThat(context.target()).isEqualTo(new ServerAddress.Tcp("api.example", 443, false));
    assertThat(context.tls())
        .isEqualTo(
            new ContextTls(
                folder.resolve("ca.pem"),
                folder.resolve("me.pem"),
                folder.resolve("me.key"),
                folder.resolve("pw"),
                null,
                false,
                "api",
                true,
                null));
    assertThat(context.authority()).isEqualTo("api.example");
    assertThat(context.proxy()).isNotNull();
    assertThat(context.credentials())
        .isEqualTo(CredentialsConfig.bearer(new SecretSource.OfFile(folder.resolve("token"))));
    assertThat(context.headers()).isEqualTo(Map.of("tenant", "acme"));
    assertThat(context.deadline()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void identityMayComeFromAWorkloadApi() throws Exception {
    ContextConfig context =
        read("a: {target: 'h:1', spiffe: {socket: api.sock, server_id: 'spiffe://d.e',"
                + " id: 'spiffe://d.e/me'}}\n")
            .context("a", Map.of());
    assertThat(context.tls().spiffe())
        .isEqualTo(
            new SpiffeConfig(
                folder.resolve("api.sock"), new SpiffeId("d.e", ""), new SpiffeId("d.e", "/me")));
  }

  @Test
  void mistakeInOneContextHasNoEffectOnOthers() throws Exception {
    ContextsFile contexts =
        read("a: {target: 'unix:a'}\nb: {targt: x}\nc: {target: '${HOST}:1', plaintext: true}\n");

    assertThat(contexts.names()).containsExactly("a", "b", "c");
    assertThatThrownBy(() -> contexts.written("b"))
        .hasMessageContaining("unknown key 'b.targt'; did you mean 'target'?");
    assertThat(contexts.written("c").getTarget()).isEqualTo("${HOST}:1");
    assertThat(contexts.context("a", Map.of()).target().isLocal()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "target: localhost; a.target is invalid: 'localhost' has no port",
        "target: 'h:1', cert: x; a has a cert without key; add it",
        "target: 'h:1', key_password: x; a.key_password is given without key or p12",
        "target: 'h:1', plaintext: true, cacert: x; a.plaintext is true although keys for TLS",
        "target: 'h:1', plaintext: true, credentials: {bearer: {file: x}}; without TLS",
        "target: 'h:1', authority: \"${A}\"; names the variable A, which is not set",
        "target: 'h:1', credentials: {bearer: {env: B}}; is B, which is not set",
        "target: 'h:1', p12: x, spiffe: {socket: s, server_id: 'spiffe://d'}; a.p12 is given"
            + " together",
        "target: 'h:1', spiffe: {socket: s, server_id: 'spiffe://d', id: x}; a.spiffe.id is"
            + " invalid",
        "target: 'h:1', plaintext: true, spiffe: {socket: s, server_id: 'spiffe://d'}; a.plaintext"
            + " is",
      })
  void mistakesAreReportedWithTheirPlaces(String keys, String problem) throws Exception {
    ContextsFile contexts = read("a: {" + keys + "}\n");
    assertThatThrownBy(() -> contexts.context("a", Map.of()))
        .hasMessageContaining("contexts.yaml:1:")
        .hasMessageContaining(problem);
  }

  @Test
  void missingAndEmptyFilesHaveNoContexts() throws Exception {
    assertThat(ContextsFile.read(file, OwnProcess.uid()).names()).isEmpty();
    assertThat(read("# none\n").names()).isEmpty();
  }

  @Test
  void fileThatOthersCanChangeIsRefused() throws Exception {
    Files.writeString(file, "a: {target: 'unix:a'}\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThatThrownBy(() -> ContextsFile.read(file, OwnProcess.uid()))
        .hasMessageContaining("is not safe")
        .hasMessageContaining("chmod go-w");
  }
}
