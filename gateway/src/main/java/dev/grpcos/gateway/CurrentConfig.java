package dev.grpcos.gateway;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.policy.Policy;
import dev.grpcos.gateway.process.OwnProcess;

/** The configuration in effect. Any thread may read it; {@link LiveConfig} replaces it. */
final class CurrentConfig {
  private record InEffect(GatewayConfig config, Policy policy) {}

  private volatile InEffect values;

  CurrentConfig(GatewayConfig config) {
    values = values(config);
  }

  private static InEffect values(GatewayConfig config) {
    return new InEffect(config, new Policy(OwnProcess.uid(), config.policy()));
  }

  GatewayConfig get() {
    return values.config();
  }

  Limits limits() {
    return values.config().limits();
  }

  Policy policy() {
    return values.policy();
  }

  void replace(GatewayConfig next) {
    values = values(next);
  }
}
