package dev.grpcos.gateway.local;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of the built-in services with their comments, from the build; read when they are
 * first used, because most gateways never use them.
 */
final class BuiltInDescriptors implements Supplier<DescriptorIndex> {
  private static final String RESOURCE = "/dev/grpcos/proto/descriptors.binpb";

  private @Nullable DescriptorIndex index;

  @Override
  public synchronized DescriptorIndex get() {
    if (index == null) {
      index = read();
    }
    return index;
  }

  private static DescriptorIndex read() {
    try (InputStream in = BuiltInDescriptors.class.getResourceAsStream(RESOURCE)) {
      Objects.requireNonNull(in, () -> RESOURCE + " is not on the class path");
      return new DescriptorIndex(FileDescriptorSet.parseFrom(in).getFileList());
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " can't be read", e);
    }
  }
}
