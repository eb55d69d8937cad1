package dev.grpcos.cli.daemon;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.route.ShadowedService;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import dev.grpcos.gateway.upstream.Upstreams;
import java.util.List;

/** Warnings about a valid configuration. */
public final class ConfigWarnings {
  private ConfigWarnings() {}

  /** Returns the warnings, one line each. Reads the schema files of upstreams if necessary. */
  public static List<String> of(GatewayConfig config) {
    try {
      return Upstreams.shadowed(config, new SchemaLoader(GatewayProcess.installation().protoc()))
          .stream()
          .map(ShadowedService::message)
          .map(ConfigWarnings::line)
          .toList();
    } catch (SchemaException e) {
      return List.of(line(String.valueOf(e.getMessage())));
    }
  }

  private static String line(String text) {
    return "grpcos: warning: " + text;
  }
}
