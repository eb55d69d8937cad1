package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "a.B/C, a.B/C, true",
    "a.B/C, a.B/D, false",
    "a.B/C, a.B/CC, false",
    "a.B/*, a.B/C, true",
    "a.B/*, a.B/, true",
    "a.B/*, a.BB/C, false",
    "a.*, a.b.C/D, true",
    "*, anything/At.all, true",
    "*/Get, a.B/Get, true",
    "*/Get, a.B/Gets, false",
    "*.B/*t*, a.B/Gets, true",
    "a**b, ab, true",
    "a.B/C*D, a.B/CxDxD, true"
  })
  void starMatchesAnyCharacters(String pattern, String name, boolean matches) {
    assertThat(new NamePattern(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void hostilePatternDoesNotTakeExponentialTime() {
    assertThat(new NamePattern("*a".repeat(50) + "b").matches("a".repeat(10_000))).isFalse();
  }
}
