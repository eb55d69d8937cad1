package dev.grpcos.gateway;

import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.local.ProcessOrigin;
import java.util.List;

/**
 * The settings of a gateway that are not part of its configuration.
 *
 * @param companions further protocols, on sockets beside the gateway's own
 * @param installation the programs that the gateway starts
 * @param origin how the process was started, for the status
 */
public record GatewayOptions(
    List<Companion> companions, Installation installation, ProcessOrigin origin) {
  /** The options without companions and programs. */
  public static final GatewayOptions DEFAULT =
      new GatewayOptions(List.of(), Installation.NONE, ProcessOrigin.UNKNOWN);

  public GatewayOptions {
    companions = List.copyOf(companions);
  }

  public GatewayOptions withCompanions(Companion... value) {
    return new GatewayOptions(List.of(value), installation, origin);
  }

  public GatewayOptions withInstallation(Installation value) {
    return new GatewayOptions(companions, value, origin);
  }

  public GatewayOptions withOrigin(ProcessOrigin value) {
    return new GatewayOptions(companions, installation, value);
  }
}
