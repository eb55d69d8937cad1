package dev.grpcos.gateway;

import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.local.ProcessOrigin;
import dev.grpcos.gateway.replay.Replay;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a gateway that are not part of its configuration.
 *
 * @param companions further protocols, on sockets beside the gateway's own
 * @param installation the programs that the gateway starts
 * @param origin how the process was started, for the status
 * @param replay a recording from which further services answer; null for none
 */
public record GatewayOptions(
    List<Companion> companions,
    Installation installation,
    ProcessOrigin origin,
    @Nullable Replay replay) {
  /** The options without companions and programs. */
  public static final GatewayOptions DEFAULT =
      new GatewayOptions(List.of(), Installation.NONE, ProcessOrigin.UNKNOWN, null);

  public GatewayOptions {
    companions = List.copyOf(companions);
  }

  public GatewayOptions withCompanions(Companion... value) {
    return new GatewayOptions(List.of(value), installation, origin, replay);
  }

  public GatewayOptions withInstallation(Installation value) {
    return new GatewayOptions(companions, value, origin, replay);
  }

  public GatewayOptions withOrigin(ProcessOrigin value) {
    return new GatewayOptions(companions, installation, value, replay);
  }

  public GatewayOptions withReplay(Replay value) {
    return new GatewayOptions(companions, installation, origin, value);
  }
}
