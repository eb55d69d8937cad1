package dev.grpcos.gateway;

import dev.grpcos.gateway.installation.Installation;
import java.util.List;

/**
 * The settings of a gateway that are not part of its configuration.
 *
 * @param companions further protocols, on sockets beside the gateway's own
 * @param installation the programs that the gateway starts
 */
public record GatewayOptions(List<Companion> companions, Installation installation) {
  /** The options without companions and programs. */
  public static final GatewayOptions DEFAULT = new GatewayOptions(List.of(), Installation.NONE);

  public GatewayOptions {
    companions = List.copyOf(companions);
  }

  public GatewayOptions withCompanions(Companion... value) {
    return new GatewayOptions(List.of(value), installation);
  }

  public GatewayOptions withInstallation(Installation value) {
    return new GatewayOptions(companions, value);
  }
}
