package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final GatewayConfig DEFAULTS = GatewayConfig.defaults(Path.of("g.sock"));

  @Test
  void defaultsAreAsDocumented() {
    assertThat(Limits.DEFAULT)
        .isEqualTo(
            new Limits(
                1024,
                4096,
                67_108_864,
                16_384,
                256,
                Duration.ofSeconds(5),
                200,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                32,
                25,
                Duration.ofSeconds(60),
                Runtime.getRuntime().maxMemory() / 2));
    assertThat(DEFAULTS.mode()).isEqualTo(0600);
    assertThat(DEFAULTS.drain()).isEqualTo(Duration.ofSeconds(10));
    assertThat(DEFAULTS.watch()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void errorNamesTheValueAndItsBound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.DEFAULT.withConnections(0))
        .withMessage("limits.connections is 0: at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.DEFAULT.withIdle(Duration.ZERO))
        .withMessage("limits.idle is PT0S: more than zero");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withMode(01777))
        .withMessage("mode is 1777: octal, between 0000 and 0777");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withGroup(" "))
        .withMessage("group is blank: give a name, or leave it out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withDrain(Duration.ofSeconds(-1)))
        .withMessage("drain is PT-1S: not negative");
  }
}
