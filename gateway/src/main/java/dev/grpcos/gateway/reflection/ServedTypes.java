package dev.grpcos.gateway.reflection;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.schema.CommonTypes;
import dev.grpcos.gateway.schema.DescriptorPool;
import dev.grpcos.gateway.schema.SchemaException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The linked descriptors of one source. Files are parsed and linked when something in them is
 * needed. Safe for use by any thread.
 */
public final class ServedTypes implements Types {
  private final DescriptorIndex index;
  private final DescriptorPool pool = new DescriptorPool();

  /** The services of routes that were looked up, found or not. */
  private final Map<String, Optional<ServiceDescriptor>> services = new ConcurrentHashMap<>();

  public ServedTypes(DescriptorIndex index) {
    this.index = index;
  }

  /** Returns the service with this full name, or null if it is unknown or its file is broken. */
  public @Nullable ServiceDescriptor service(String fullName) {
    Optional<ServiceDescriptor> known = services.get(fullName);
    if (known == null) {
      known =
          symbol(fullName) instanceof ServiceDescriptor service
              ? Optional.of(service)
              : Optional.empty();
      services.put(fullName, known);
    }
    return known.orElse(null);
  }

  /** Returns whether {@link #service} answers at once, without linking a file. */
  public boolean isLinked(String service) {
    return services.containsKey(service);
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    return symbol(fullName) instanceof Descriptor message ? message : CommonTypes.message(fullName);
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    return Types.extensionOf(containing, symbol(fullName));
  }

  @Override
  public synchronized @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    FieldDescriptor known = pool.extension(containing, number);
    if (known != null) {
      return known;
    }
    pool.add(index.closure(containing.getFullName(), number));
    return pool.extension(containing, number);
  }

  private synchronized @Nullable GenericDescriptor symbol(String fullName) {
    try {
      GenericDescriptor known = pool.symbol(fullName);
      if (known != null) {
        return known;
      }
      pool.add(index.closure(fullName));
      return pool.symbol(fullName);
    } catch (SchemaException e) {
      return null;
    }
  }
}
