package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NameColoursTest {
  @Test
  void lastPartOfANameIsEmphasized() {
    assertThat(NameColours.of("a.b.Greeter")).isEqualTo("a.b.\u001b[34;1mGreeter\u001b[0m");
    assertThat(NameColours.of("a.Greeter/Say")).isEqualTo("a.Greeter/\u001b[34;1mSay\u001b[0m");
    assertThat(NameColours.of("Bank")).isEqualTo("\u001b[34;1mBank\u001b[0m");
  }
}
