package dev.grpcos.gateway.rest;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Finds paths of {@code google.api.http} that several services of a configuration claim. */
public final class PathClaims {
  private final SchemaLoader schemas;
  private final List<RestBinding> bindings = new ArrayList<>();
  private final Set<String> services = new HashSet<>();

  private PathClaims(SchemaLoader schemas) {
    this.schemas = schemas;
  }

  /**
   * Returns a sentence for each binding that would never be used, as far as descriptor sets and
   * .proto files show. The gateway's own services precede those of upstreams, which have the order
   * of the configuration. Reads no file if only one has a schema.
   *
   * @throws SchemaException if a file cannot be read or does not compile
   */
  public static List<String> conflicts(GatewayConfig config, SchemaLoader schemas)
      throws SchemaException {
    List<UpstreamConfig> upstreams =
        config.upstreams().stream().filter(each -> !each.schema().isEmpty()).toList();
    if (config.services().size() + upstreams.size() < 2) {
      return List.of();
    }
    PathClaims claims = new PathClaims(schemas);
    for (ServiceConfig service : config.services()) {
      claims.add(service.schema(), service.service()::equals);
    }
    for (UpstreamConfig upstream : upstreams) {
      claims.add(upstream.schema(), upstream::offers);
    }
    return new RestBindings(claims.bindings).unused();
  }

  private void add(SchemaConfig schema, Predicate<String> offered) throws SchemaException {
    for (FileDescriptorProto file : schemas.load(schema.protoset(), schema.proto()).files()) {
      for (ServiceDescriptorProto service : file.getServiceList()) {
        String name = RestRules.fullName(file, service);
        if (offered.test(name) && services.add(name)) {
          bindings.addAll(RestRules.of(name, file));
        }
      }
    }
  }
}
