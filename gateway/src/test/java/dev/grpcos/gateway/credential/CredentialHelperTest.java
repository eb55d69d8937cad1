package dev.grpcos.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.CredentialScheme.BasicScheme;
import dev.grpcos.gateway.config.CredentialScheme.HelperScheme;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.config.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class CredentialHelperTest {
  private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(2);
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    worker.shutdownNow();
  }

  private static HelperScheme shell(String script) {
    return new HelperScheme(
        List.of("/bin/sh", "-c", script, "helper"), "grpcs://h:1", Duration.ofMinutes(7));
  }

  private static CredentialHelper helper(String script) {
    return new CredentialHelper(shell(script), Duration.ofMinutes(1));
  }

  private static CredentialHelper printing(String output) {
    return helper("printf '%s' '" + output + "'");
  }

  @Test
  void helperGetsTheUriAndGivesHeaders() throws Exception {
    CredentialHelper helper =
        helper(
            "read -r request; printf '{\"headers\":{\"X-Request\":[\"%s %s\"],\"b\":[\"1\",\"2\"],"
                + "\"none\":[]},\"expires\":\"2040-01-02T03:04:05Z\",\"more\":1}'"
                + " \"$1\" \"$(echo \"$request\" | tr -d '\\\"')\"");
    IssuedHeaders issued = helper.read(null);
    assertThat(HeaderTexts.of(issued.headers()))
        .containsExactly("b: 1", "b: 2", "x-request: get {uri:grpcs://h:1}");
    assertThat(issued.expires()).isEqualTo(Instant.parse("2040-01-02T03:04:05Z"));
  }

  @Test
  void helperNeedNotReadItsInputOrGiveHeaders() throws Exception {
    CredentialHelper helper = helper("exec <&-; echo '{}'");
    IssuedHeaders issued = helper.read(null);
    assertThat(HeaderTexts.of(issued.headers())).isEmpty();
    assertThat(helper.readAgain(issued, Instant.now())).isEqualTo(Duration.ofMinutes(7));
  }

  @Test
  void timeMayHaveAnOffset() throws Exception {
    assertThat(printing("{\"expires\":\"2040-01-02T03:04:05.5+02:00\"}").read(null).expires())
        .isEqualTo(Instant.parse("2040-01-02T01:04:05.5Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hunter2|it is not a JSON object",
        "[|it is not JSON",
        "{\"headers\":[]}|its headers are not a JSON object",
        "{\"headers\":{\"te\":[\"hunter2\"]}}"
            + "|its header 'te' is reserved for the connection; give another header",
        "{\"headers\":{\"a\":\"hunter2\"}}|its header 'a' is not a JSON array of values",
        "{\"headers\":{\"a\":[\"hunter2\\n\"]}}"
            + "|its header 'a' has a value that is not a text of printable ASCII",
        "{\"headers\":{\"a\":[2]}}"
            + "|its header 'a' has a value that is not a text of printable ASCII",
        "{\"expires\":\"tomorrow\"}|its expires is not a time as in RFC 3339"
      })
  void invalidOutputIsReportedWithoutItsValues(String output, String problem) {
    assertThatThrownBy(() -> printing(output).read(null))
        .isInstanceOf(IOException.class)
        .hasMessage("credential helper /bin/sh printed invalid output: " + problem);
  }

  @Test
  void largeOutputIsRefused() {
    assertThatThrownBy(() -> helper("head -c 100000 /dev/zero; exit 0").read(null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than 64 KiB");
  }

  @Test
  void failureHasTheLastLineOfTheHelper() {
    assertThatThrownBy(() -> helper("echo no ticket >&2; exit 3").read(null))
        .isInstanceOf(IOException.class)
        .hasMessage("credential helper /bin/sh exited with 3: no ticket");
  }

  @Test
  void headersOfAllSourcesAreSent() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "k 1\n");
    Path password = Files.writeString(folder.resolve("password"), "pässword \n");
    CredentialsConfig config =
        new CredentialsConfig(
            new BasicScheme("me", new SecretSource.OfFile(password)),
            Map.of("x-api-key", new SecretSource.OfFile(key)));
    try (CallCredentials credentials = new CallCredentials(config, "upstream a", worker)) {
      assertThat(HeaderTexts.of(credentials::get))
          .containsExactly("authorization: Basic bWU6cMOkc3N3b3JkIA==", "x-api-key: k 1");
      Files.writeString(key, "other");
      Await.until(
          "the changed file is read",
          () -> HeaderTexts.of(credentials::get).contains("x-api-key: other"));
    }
  }

  @Test
  void missingSourceFailsCalls() throws Exception {
    CredentialsConfig config =
        new CredentialsConfig(
            new HelperScheme(List.of("/bin/echo", "{}"), "x", Duration.ofMinutes(1)),
            Map.of("x-api-key", new SecretSource.OfFile(folder.resolve("none"))));
    try (CallCredentials credentials = new CallCredentials(config, "upstream a", worker)) {
      assertThat(HeaderTexts.of(credentials::get))
          .containsExactly("header value file " + folder.resolve("none") + " does not exist");
      assertThat(credentials.status().valid()).isFalse();
    }
  }
}
