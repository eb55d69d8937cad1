package dev.grpcos.cli.daemon;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.rest.PathClaims;
import dev.grpcos.gateway.route.ShadowedService;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import dev.grpcos.gateway.upstream.Upstreams;
import java.util.ArrayList;
import java.util.List;

/** Warnings about a valid configuration. */
public final class ConfigWarnings {
  private ConfigWarnings() {}

  /** Returns the warnings, one line each. Reads the schema files of upstreams if necessary. */
  public static List<String> of(GatewayConfig config) {
    try {
      SchemaLoader schemas = new SchemaLoader(GatewayProcess.installation().protoc());
      List<String> warnings = new ArrayList<>();
      for (ShadowedService shadowed : Upstreams.shadowed(config, schemas)) {
        warnings.add(line(shadowed.message()));
      }
      for (String conflict : PathClaims.conflicts(config, schemas)) {
        warnings.add(line(conflict));
      }
      return warnings;
    } catch (SchemaException e) {
      return List.of(line(String.valueOf(e.getMessage())));
    }
  }

  private static String line(String text) {
    return "grpcos: warning: " + text;
  }
}
