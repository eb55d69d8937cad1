package dev.grpcos.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.inprocess.MemoryInvocation;
import dev.grpcos.cli.invocation.StreamKind;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BasicAuthorizationTest {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir Path folder;
  private final Metadata metadata = new Metadata();

  private MemoryInvocation invocation(Map<String, String> environment) {
    return MemoryInvocation.of(StreamKind.CHARACTER_DEVICE, "", environment, folder);
  }

  private void add(String user, Map<String, String> environment) {
    BasicAuthorization.add(metadata, user, invocation(environment));
  }

  private @Nullable String pair() {
    String header = metadata.get(KEY);
    return header == null
        ? null
        : new String(Base64.getDecoder().decode(header.replaceFirst("^Basic ", "")), UTF_8);
  }

  @Test
  void passwordIsReadFromTheEnvironment() {
    add("m\u00fcller", Map.of("GRPCOS_PASSWORD", "a:b"));
    assertThat(pair()).isEqualTo("m\u00fcller:a:b");
  }

  @Test
  void passwordIsNeverAnArgument() {
    assertThatThrownBy(() -> add("me:secret", Map.of()))
        .hasMessageContaining("GRPCOS_PASSWORD")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> add("me", Map.of())).hasMessageContaining("GRPCOS_PASSWORD");
  }

  @Test
  void fileContainsNameAndPasswordOnOneLine() throws IOException {
    Files.writeString(folder.resolve("pair"), "me:pass word\n");
    add("@pair", Map.of());
    assertThat(pair()).isEqualTo("me:pass word");
    Files.writeString(folder.resolve("lines"), "me:a\nyou:b\n");
    Files.writeString(folder.resolve("name"), "me\n");
    metadata.removeAll(KEY);
    for (String file : new String[] {"@lines", "@name"}) {
      assertThatThrownBy(() -> add(file, Map.of())).hasMessageContaining("NAME:PASSWORD");
    }
  }

  @Test
  void secondAuthorizationIsRefused() {
    metadata.put(KEY, "Bearer x");
    assertThatThrownBy(() -> add("me", Map.of("GRPCOS_PASSWORD", "x")))
        .hasMessageContaining("exclude each other");
  }

  @Test
  void netrcIsUsedOnlyWithoutAnotherAuthorization() throws IOException {
    Files.writeString(folder.resolve("netrc"), "machine h login me password x\n");
    BasicAuthorization.addFromNetrc(metadata, "other", "--netrc", "netrc", invocation(Map.of()));
    assertThat(pair()).isNull();
    BasicAuthorization.addFromNetrc(metadata, "h", "--netrc", "netrc", invocation(Map.of()));
    assertThat(pair()).isEqualTo("me:x");
    // not read, so it need not exist
    BasicAuthorization.addFromNetrc(metadata, "h", "--netrc", "none", invocation(Map.of()));
    assertThat(pair()).isEqualTo("me:x");
  }
}
