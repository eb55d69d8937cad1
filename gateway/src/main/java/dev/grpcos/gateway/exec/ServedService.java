package dev.grpcos.gateway.exec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.config.ServiceConfig;
import java.util.List;
import java.util.Map;

/**
 * A service of programs that is served for a while, beside those of the configuration.
 *
 * @param config what is served; its schema is left out
 * @param files the schema
 * @param environment what programs are passed on of their environment is taken from here
 */
public record ServedService(
    ServiceConfig config, List<FileDescriptorProto> files, Map<String, String> environment) {
  public ServedService {
    files = List.copyOf(files);
    environment = Map.copyOf(environment);
  }

  /** What programs are passed on of this environment. */
  public static Map<String, String> passedOn(Map<String, String> environment) {
    return CallVariables.passedOn(environment);
  }
}
