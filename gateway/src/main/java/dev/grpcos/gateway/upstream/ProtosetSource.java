package dev.grpcos.gateway.upstream;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Reads files of descriptors, as {@code protoc --descriptor_set_out} writes them. */
final class ProtosetSource implements DescriptorSource {
  private final List<Path> protosets;
  private final Predicate<String> wanted;

  ProtosetSource(List<Path> protosets, Predicate<String> wanted) {
    this.protosets = protosets;
    this.wanted = wanted;
  }

  @Override
  public CompletableFuture<Schema> fetch() {
    try {
      return CompletableFuture.completedFuture(read());
    } catch (SchemaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Schema read() throws SchemaException {
    SchemaFiles files = new SchemaFiles();
    for (Path protoset : protosets) {
      for (FileDescriptorProto file : read(protoset).getFileList()) {
        files.add(file);
      }
    }
    Set<String> services = new TreeSet<>();
    for (FileDescriptorProto file : files.all()) {
      String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
      for (ServiceDescriptorProto service : file.getServiceList()) {
        if (wanted.test(scope + service.getName())) {
          services.add(scope + service.getName());
        }
      }
    }
    return Schema.of(services, files.all());
  }

  private static FileDescriptorSet read(Path protoset) throws SchemaException {
    try {
      long size = Files.size(protoset);
      if (size > SchemaFiles.MOST_BYTES) {
        throw new SchemaException(
            "protoset %s is larger than %d MiB".formatted(protoset, SchemaFiles.MOST_BYTES >> 20));
      }
      return FileDescriptorSet.parseFrom(Files.readAllBytes(protoset));
    } catch (IOException e) {
      throw new SchemaException("protoset " + protoset + " can't be read: " + e, e);
    }
  }
}
