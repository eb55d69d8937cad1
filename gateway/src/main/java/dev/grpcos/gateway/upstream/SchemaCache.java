package dev.grpcos.gateway.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schemas on disk, so that an upstream's services are known while it is down.
 *
 * <p>A file contains the services and then the descriptors, as delimited messages of server
 * reflection. It is replaced atomically. A file that cannot be read or written is logged and
 * ignored. Each target has its own file.
 *
 * @param folder created with mode 0700; null disables the cache
 */
record SchemaCache(@Nullable Path folder) {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.upstream");

  /** A limit above the size of any stored schema. */
  private static final long MOST_BYTES = 256L << 20;

  /** Returns the cache in the user's cache folder, by the XDG base directory specification. */
  static SchemaCache ofUser(Map<String, String> environment) {
    String cache = environment.get("XDG_CACHE_HOME");
    String home = environment.get("HOME");
    if (cache != null && cache.startsWith("/")) {
      return new SchemaCache(Path.of(cache, "grpcos"));
    }
    return new SchemaCache(
        home != null && home.startsWith("/") ? Path.of(home, ".cache", "grpcos") : null);
  }

  /** Returns the stored schema, or null. */
  @Nullable UpstreamSchema load(String name, String target) {
    Path file = file(name, target);
    if (file == null || !Files.exists(file)) {
      return null;
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      if (Files.size(file) > MOST_BYTES) {
        throw new IOException("it is larger than anything that is stored");
      }
      ListServiceResponse services = ListServiceResponse.parseDelimitedFrom(in);
      FileDescriptorResponse descriptors = FileDescriptorResponse.parseDelimitedFrom(in);
      if (services == null || descriptors == null) {
        throw new IOException("it ends too early");
      }
      List<FileDescriptorProto> files = new ArrayList<>();
      for (ByteString content : descriptors.getFileDescriptorProtoList()) {
        files.add(FileDescriptorProto.parseFrom(content));
      }
      return UpstreamSchema.of(
          services.getServiceList().stream().map(ServiceResponse::getName).toList(), files);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cached descriptors {0} cannot be used: {1}", file, e);
      return null;
    }
  }

  void store(String name, String target, UpstreamSchema schema) {
    Path file = file(name, target);
    if (file == null) {
      return;
    }
    ListServiceResponse.Builder services = ListServiceResponse.newBuilder();
    for (String service : schema.services()) {
      services.addService(ServiceResponse.newBuilder().setName(service));
    }
    FileDescriptorResponse.Builder files = FileDescriptorResponse.newBuilder();
    for (FileDescriptorProto each : schema.files()) {
      files.addFileDescriptorProto(each.toByteString());
    }
    try {
      Files.createDirectories(
          file.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      // A temporary file has mode 0600.
      Path next = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new");
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(next))) {
          services.build().writeDelimitedTo(out);
          files.build().writeDelimitedTo(out);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "descriptors cannot be cached in {0}: {1}", file.getParent(), e);
    }
  }

  private @Nullable Path file(String name, String target) {
    return folder == null
        ? null
        : folder.resolve("upstreams").resolve(name + "-" + digest(target) + ".binpb");
  }

  private static String digest(String target) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(target.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
