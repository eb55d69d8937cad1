package dev.grpcos.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"helloworld.Greeter/SayHello", "Greeter/Say_2", "a.b_c.D9/x", "9/9", "a.B/c.d"})
  void namesOfServiceAndMethodAreValid(String name) {
    assertThat(MethodName.isValid(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a",
        "a/",
        "/b",
        "a/b/",
        "/a/b",
        "a//b",
        "a/b/c",
        "a.B/..",
        "a.B/.",
        "../b",
        "./b",
        "a.B/../../c.D/Delete",
        "a..B/c",
        ".a/b",
        "a./b",
        "a/.b",
        "a/b.",
        "a/b%2e",
        "a/b?c",
        "a/b#c",
        "a/b;c",
        "a/b c",
        "a\\b/c",
        "a-b/c",
        "a/\u00e4",
        "a/b\u0000"
      })
  void otherPathsAreMalformed(String name) {
    assertThat(MethodName.isValid(name)).isFalse();
  }
}
