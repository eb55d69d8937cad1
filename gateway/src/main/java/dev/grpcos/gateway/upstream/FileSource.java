package dev.grpcos.gateway.upstream;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.config.SchemaConfig;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** Takes the schema from files of descriptors and from sources. */
final class FileSource implements DescriptorSource {
  private final SchemaLoader loader;
  private final SchemaConfig schema;
  private final Predicate<String> wanted;
  private final Executor worker;

  /** A source that reads and compiles on {@code worker}. */
  FileSource(SchemaLoader loader, SchemaConfig schema, Predicate<String> wanted, Executor worker) {
    this.loader = loader;
    this.schema = schema;
    this.wanted = wanted;
    this.worker = worker;
  }

  @Override
  public CompletableFuture<UpstreamSchema> fetch() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return load();
          } catch (SchemaException e) {
            throw new CompletionException(e);
          }
        },
        worker);
  }

  private UpstreamSchema load() throws SchemaException {
    List<FileDescriptorProto> files = loader.load(schema);
    Set<String> services = new TreeSet<>();
    for (FileDescriptorProto file : files) {
      String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
      for (ServiceDescriptorProto service : file.getServiceList()) {
        if (wanted.test(scope + service.getName())) {
          services.add(scope + service.getName());
        }
      }
    }
    return UpstreamSchema.of(services, files);
  }
}
