package dev.grpcos.gateway.exec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.DescriptorPool;
import dev.grpcos.gateway.schema.SchemaException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The schema of a service whose methods are programs. Safe for use by any thread. */
final class ServiceSchema implements Types {
  private final DescriptorPool pool;

  ServiceSchema(Collection<FileDescriptorProto> files) {
    this.pool = new DescriptorPool(files.stream().map(DescriptorFile::of).toList());
  }

  /**
   * Returns the service with this full name, or null.
   *
   * @throws SchemaException if its file is broken
   */
  synchronized @Nullable ServiceDescriptor service(String fullName) throws SchemaException {
    GenericDescriptor symbol = pool.symbol(fullName);
    return symbol instanceof ServiceDescriptor service ? service : null;
  }

  /**
   * Returns the reason why the method cannot be called, a missing type of its messages; null if it
   * can.
   */
  synchronized @Nullable String missingType(MethodDescriptor method) {
    for (Descriptor type : List.of(method.getInputType(), method.getOutputType())) {
      if (type.isPlaceholder()) {
        return type.getFullName() + ", which is missing: " + pool.gaps(method.getFile());
      }
    }
    return null;
  }

  /** Returns the full names of the services. */
  List<String> services() {
    return pool.table().services();
  }

  /** Returns the files in protoc's form. */
  synchronized List<FileDescriptorProto> files() {
    return pool.repaired();
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    return symbol(fullName) instanceof Descriptor message ? message : null;
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    return Types.extensionOf(containing, symbol(fullName));
  }

  @Override
  public synchronized @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    return pool.extension(containing, number);
  }

  /** Returns the symbol, or null if there is none. JSON cannot use symbols of broken files. */
  private synchronized @Nullable GenericDescriptor symbol(String fullName) {
    try {
      return pool.symbol(fullName);
    } catch (SchemaException e) {
      return null;
    }
  }
}
