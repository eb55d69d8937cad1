package dev.grpcos.gateway.local;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.config.ExecConfig;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.proto.admin.v1.ServeRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the description of a service from a request. */
final class ServeRequests {
  private ServeRequests() {}

  /**
   * Returns the service that this request describes.
   *
   * @throws IllegalArgumentException if the request is invalid
   */
  static ServedService read(ServeRequest request) {
    Map<String, MethodConfig> methods = new TreeMap<>();
    request.getMethodsMap().forEach((name, method) -> methods.put(name, method(name, method)));
    return new ServedService(
        new ServiceConfig(
            request.getService(),
            SchemaConfig.NONE,
            methods,
            request.hasOthers() ? method("*", request.getOthers()) : null),
        files(request),
        request.getEnvironmentMap());
  }

  private static List<FileDescriptorProto> files(ServeRequest request) {
    List<FileDescriptorProto> files = new ArrayList<>();
    for (ByteString file : request.getFilesList()) {
      try {
        files.add(FileDescriptorProto.parseFrom(file));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException("a file of the service is not a FileDescriptorProto", e);
      }
    }
    return files;
  }

  private static MethodConfig method(String name, ServeRequest.Method method) {
    if (method.getCommandCount() == 0 || !method.getCommand(0).startsWith("/")) {
      throw new IllegalArgumentException(
          "method " + name + " has no program; give its absolute path");
    }
    if (!method.getDirectory().startsWith("/")) {
      throw new IllegalArgumentException(
          "method " + name + " has no working folder; give its absolute path");
    }
    return new MethodConfig(
        new ExecConfig(method.getCommandList(), false, 1),
        deadline(name, method),
        Integer.MAX_VALUE,
        Map.of(),
        Path.of(method.getDirectory()),
        null);
  }

  private static @Nullable Duration deadline(String name, ServeRequest.Method method) {
    if (!method.hasDeadline()) {
      return null;
    }
    Duration deadline =
        Duration.ofSeconds(method.getDeadline().getSeconds(), method.getDeadline().getNanos());
    if (deadline.compareTo(Duration.ofMillis(1)) < 0 || deadline.toHours() > 24) {
      throw new IllegalArgumentException(
          "method " + name + " has a deadline of " + deadline + "; give 1 ms to 24 h");
    }
    return deadline;
  }
}
