package dev.grpcos.gateway.config;

import java.util.Map;

/**
 * A service whose methods are programs.
 *
 * @param service full name; whether the schema has it is not known yet
 * @param schema never empty
 * @param methods by their short names; whether the service has them is not known yet
 */
public record ServiceConfig(
    String service, SchemaConfig schema, Map<String, MethodConfig> methods) {
  public ServiceConfig {
    methods = Map.copyOf(methods);
  }
}
