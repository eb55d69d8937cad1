package dev.grpcos.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> NAMES = List.of("name", "displayName", "count", "SayHello");

  @Test
  void typingErrorIsFound() {
    assertThat(Nearest.of("nmae", NAMES)).isEqualTo("name");
    assertThat(Nearest.of("cuont", NAMES)).isEqualTo("count");
    assertThat(Nearest.of("display_name", NAMES)).isEqualTo("displayName");
    assertThat(Nearest.of("sayhello", NAMES)).isEqualTo("SayHello");
    assertThat(Nearest.of("SayHelo", NAMES)).isEqualTo("SayHello");
  }

  @Test
  void distantNameHasNoSuggestion() {
    assertThat(Nearest.of("zzz", NAMES)).isNull();
    assertThat(Nearest.of("", NAMES)).isNull();
    assertThat(Nearest.of("name".repeat(100_000), NAMES)).isNull();
    assertThat(Nearest.hint("zzz", NAMES)).isEmpty();
  }

  @Test
  void hintNamesTheSuggestion() {
    assertThat(Nearest.hint("nam", NAMES)).isEqualTo("; did you mean 'name'?");
  }
}
