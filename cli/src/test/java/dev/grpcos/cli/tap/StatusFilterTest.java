package dev.grpcos.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CliException;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusFilterTest {
  @Test
  void namesSelectAndNegatedNamesDoNot() {
    assertThat(StatusFilter.parse(List.of())).isEqualTo(StatusFilter.ALL);
    assertThat(StatusFilter.parse(List.of("NOT_FOUND", "ok")).codes())
        .containsExactlyInAnyOrder(Code.NOT_FOUND, Code.OK);
    assertThat(StatusFilter.parse(List.of("!OK", "!CANCELLED")).codes())
        .hasSize(15)
        .doesNotContain(Code.OK, Code.CANCELLED);
    assertThat(StatusFilter.parse(List.of("OK", "!OK")).codes()).isEmpty();
    assertThatThrownBy(() -> StatusFilter.parse(List.of("!NONE")))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("'NONE' is not a gRPC status code");
  }
}
