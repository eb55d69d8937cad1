package dev.grpcos.gateway.config;

import dev.grpcos.gateway.schema.SchemaConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service whose methods are served by programs.
 *
 * @param service the full name; not yet checked against the schema
 * @param schema the schema, which is not empty
 * @param methods the methods by their short names; not yet checked against the schema
 * @param others the program of all other methods, which gets the short name of the method; null if
 *     they are not served
 * @param at the position in the file as the prefix of a message, {@code FILE:LINE:COLUMN: }; empty
 *     for a service that is not from a file
 */
public record ServiceConfig(
    String service,
    SchemaConfig schema,
    Map<String, MethodConfig> methods,
    @Nullable MethodConfig others,
    String at) {
  public ServiceConfig {
    methods = Map.copyOf(methods);
  }

  /** Creates a service that is not from a file. */
  public ServiceConfig(
      String service,
      SchemaConfig schema,
      Map<String, MethodConfig> methods,
      @Nullable MethodConfig others) {
    this(service, schema, methods, others, "");
  }

  /** Creates a service that is not from a file, and has no other methods. */
  public ServiceConfig(String service, SchemaConfig schema, Map<String, MethodConfig> methods) {
    this(service, schema, methods, null);
  }
}
