package dev.grpcos.gateway.config;

import dev.grpcos.gateway.schema.SchemaConfig;
import java.util.Map;

/**
 * A service whose methods are programs.
 *
 * @param service full name; whether the schema has it is not known yet
 * @param schema never empty
 * @param methods by their short names; whether the service has them is not known yet
 * @param at where it stands, as problems begin: {@code FILE:LINE:COLUMN: }; empty where it is in no
 *     file
 */
public record ServiceConfig(
    String service, SchemaConfig schema, Map<String, MethodConfig> methods, String at) {
  public ServiceConfig {
    methods = Map.copyOf(methods);
  }

  /** A service that is in no file. */
  public ServiceConfig(String service, SchemaConfig schema, Map<String, MethodConfig> methods) {
    this(service, schema, methods, "");
  }
}
