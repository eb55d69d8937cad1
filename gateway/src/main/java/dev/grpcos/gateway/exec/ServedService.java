package dev.grpcos.gateway.exec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.config.ServiceConfig;
import java.util.List;
import java.util.Map;

/**
 * A service that joins the gateway in addition to the services of the configuration.
 *
 * @param config the service, without its schema
 * @param files the schema
 * @param environment the environment of which programs get a part
 */
public record ServedService(
    ServiceConfig config, List<FileDescriptorProto> files, Map<String, String> environment) {
  public ServedService {
    files = List.copyOf(files);
    environment = Map.copyOf(environment);
  }

  /** Returns the variables that programs get from this environment. */
  public static Map<String, String> passedOn(Map<String, String> environment) {
    return CallVariables.passedOn(environment);
  }
}
