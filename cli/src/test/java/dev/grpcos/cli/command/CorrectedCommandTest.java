package dev.grpcos.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.failure.CliException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CorrectedCommandTest {
  private static String correct(String... arguments) {
    String name = Subcommand.exists(arguments[0]) ? arguments[0] : "";
    CliException corrected =
        CorrectedCommand.of(Commands.tree(name, new CommandContext()), List.of(arguments));
    return corrected == null
        ? ""
        : String.valueOf(corrected.getMessage()).replaceFirst("(?s).*: run ", "");
  }

  @ParameterizedTest
  @CsvSource({
    "list localhost:50051,grpcos list -t localhost:50051",
    "localhost:50051 list,grpcos list -t localhost:50051",
    "localhost:50051 a.B/C,grpcos call -t localhost:50051 a.B/C",
    "localhost:50051 describe a.B,grpcos describe -t localhost:50051 a.B",
    "call -d {} [::1]:1 a.B/C -plaintext,'grpcos call -t [::1]:1 -d ''{}'' --plaintext a.B/C'",
    "call -max-time=5s h:1 a.B/C,grpcos call -t h:1 --deadline=5s a.B/C",
    "list https://h/x,grpcos list -t h:443",
    "list -t http://h:80,grpcos list -t h:80 --plaintext",
    "list -t http://h:80 --plaintext,grpcos list -t h:80 --plaintext",
    "list --plaintext -t http://h:80,grpcos list -t h:80 --plaintext",
    "list unix:/run/x.sock,grpcos list -t unix:/run/x.sock",
    "call -max-time 3 h:1 a.B/C,grpcos call -t h:1 --deadline 3s a.B/C",
    "call --max-time=2.5 a.B/C,grpcos call --deadline=2500ms a.B/C",
    "list -connect-timeout 3 -t h:1,grpcos list -t h:1 --connect-timeout 3s",
    "call -vv h:1 a.B/C,grpcos call -t h:1 --verbose a.B/C",
    "call -unix /run/x.sock a.B/C,grpcos call -t unix:/run/x.sock a.B/C",
    "-plaintext -unix=true x.sock list,grpcos list -t unix:x.sock --plaintext",
    "list --unix unix:///run/x.sock,grpcos list -t unix:/run/x.sock",
    "call http://h:80/a.B/C -d {},'grpcos call -t h:80 -d ''{}'' --plaintext a.B/C'",
    "call https://h/a.B/C,grpcos call -t h:443 a.B/C",
    "https://h:8443/a.B/C,grpcos call -t h:8443 a.B/C",
    "call h:1/a.B/C x=1,grpcos call -t h:1 a.B/C x=1",
    "call -t https://h/a.B/C,grpcos call -t h:443 a.B/C",
    "health h:1,grpcos health -t h:1"
  })
  void commandIsCorrected(String given, String expected) {
    assertThat(correct(given.split(" "))).isEqualTo(expected);
  }

  @Test
  void secretsAreNotShown() {
    assertThat(correct("list", "h:1", "-H", "authorization: x", "-u", "me:pw", "-H", "@file"))
        .isEqualTo("grpcos list -t h:1 -H ... -u ... -H @file");
  }

  @ParameterizedTest
  @CsvSource({
    "--header=authorization: Bearer S,--header=...",
    "-Hauthorization: Basic S=,-H...",
    "-H=authorization: S,-H=...",
    "-vHauthorization: S,-vH...",
    "-header=authorization: S,--header=...",
    "--reflect-header=authorization: S,--reflect-header=...",
    "--rpc-header=authorization: S,--rpc-header=...",
    "--user=bob:S,--user=...",
    "-ubob:S,-u...",
    "-ubobS,-u...",
    "--key-password=S,--key-password=...",
    "--key-password=@file,--key-password=@file",
    "-u@file,-u@file"
  })
  void attachedSecretsAreNotShown(String given, String shown) {
    assertThat(correct("list", "h:1", given)).isEqualTo("grpcos list -t h:1 " + shown);
  }

  @Test
  void secretsOfClustersAndOfUnknownOptionsAreNotShown() {
    assertThat(correct("list", "h:1", "-vH", "authorization: S"))
        .isEqualTo("grpcos list -t h:1 -vH ...");
    assertThat(correct("h:1", "a.B/C", "-vkubob:S")).isEqualTo("grpcos call -t h:1 -vku... a.B/C");
    assertThat(correct("h:1", "a.B/C", "-vd{}")).isEqualTo("grpcos call -t h:1 '-vd{}' a.B/C");
    assertThat(correct("list", "h:1", "-rpc-header", "authorization: S"))
        .isEqualTo("grpcos list -t h:1 -rpc-header ...");
    assertThat(correct("list", "-t", "http://bob:S@h:1", "-plaintext"))
        .isEqualTo("grpcos list -t 'http://...@h:1' --plaintext");
    assertThat(correct("list", "-t", "http://bob:S@S/S@h:1", "-plaintext"))
        .isEqualTo("grpcos list -t 'http://...@h:1' --plaintext");
  }

  @Test
  void otherErrorsKeepTheirMessages() {
    assertThat(correct("list", "-t", "h:1", "a:1")).isEmpty();
    assertThat(correct("call", "a.B/C", "-x")).isEmpty();
    assertThat(correct("call", "-unix", "a.B/C")).isEmpty(); // -u nix
    assertThat(correct("nonsense")).isEmpty();
  }
}
