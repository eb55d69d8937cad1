package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NetrcTest {
  private static AbstractStringAssert<?> found(String host, String text) {
    return assertThat(Netrc.credentials("f", text, host));
  }

  @Test
  void entryOfTheHostPrecedesTheDefault() {
    String text =
        """
        # of all
        default login any password secret
        machine a.example login a password #1 account x # a's
        machine B.example
          password b2
          login b
        machine a.example login other password 2
        """;
    found("a.example", text).isEqualTo("a:#1");
    found("b.Example", text).isEqualTo("b:b2");
    found("example", text).isEqualTo("any:secret");
    found("a.example.org", "machine a.example login a password 1").isNull();
    found("a", "").isNull();
  }

  @Test
  void quotedWordsMayContainSpacesAndEscapes() {
    found("h", "machine \"h\" login \"\" password \"a \\\"b\\\\\\tc#\"").isEqualTo(":a \"b\\\tc#");
    found("h", "machine h login a\"b password c").isEqualTo("a\"b:c");
  }

  @Test
  void macrosAreSkippedUpToTheirBlankLine() {
    String text = "machine g login g password g\nmacdef m\n\tbin \"\nmachine h\r\n\r\n";
    found("h", text + "machine h login l password p\r\n").isEqualTo("l:p");
    found("h", text.strip()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "machine h login l|1: the entry has no password",
        "~machine h password secret|2: the entry has no login",
        "machine h login l:m password secret|1: the login has a colon",
        "machine h login l~password my secret|2: expected machine",
        "login l password secret|1: login precedes the first machine",
        "machine g~machine|2: the file ends before the value of machine",
        "machine h~password \"secret~\"|2: a double quote is not closed",
        "macdef m~secret~~~secret|5: expected machine",
      })
  void errorNamesTheLineButNotTheSecret(String text, String message) {
    assertThatThrownBy(() -> Netrc.credentials("f", text.replace('~', '\n'), "h"))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageStartingWith("f, line " + message)
        .message()
        .doesNotContain("secret");
  }
}
