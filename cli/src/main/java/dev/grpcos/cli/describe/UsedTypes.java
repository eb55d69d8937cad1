package dev.grpcos.cli.describe;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.json.WellKnown;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types that declarations use: the requests and responses of methods, and the messages and
 * enums of fields.
 *
 * <p>Left out are well-known types with a JSON form of their own, types whose file is missing, and
 * types that are declared inside another type of the result.
 */
public final class UsedTypes {
  private UsedTypes() {}

  /**
   * Returns the declarations and the types that they use, each once.
   *
   * @param depth how many steps of use to follow; 0 returns the declarations alone
   */
  public static List<GenericDescriptor> with(
      List<? extends GenericDescriptor> declarations, int depth) {
    Set<GenericDescriptor> all = new LinkedHashSet<>(declarations);
    List<GenericDescriptor> last = new ArrayList<>(declarations);
    for (int step = 0; step < depth && !last.isEmpty(); step++) {
      List<GenericDescriptor> next = new ArrayList<>();
      for (GenericDescriptor user : last) {
        for (GenericDescriptor type : of(user)) {
          if (all.add(type)) {
            next.add(type);
          }
        }
      }
      last = next;
    }
    return all.stream()
        .filter(each -> declarations.contains(each) || !isInside(each, all))
        .toList();
  }

  private static boolean isInside(GenericDescriptor type, Set<GenericDescriptor> others) {
    for (Descriptor outer = outer(type); outer != null; outer = outer.getContainingType()) {
      if (others.contains(outer)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Descriptor outer(GenericDescriptor type) {
    if (type instanceof Descriptor message) {
      return message.getContainingType();
    }
    return type instanceof EnumDescriptor values ? values.getContainingType() : null;
  }

  private static List<GenericDescriptor> of(GenericDescriptor user) {
    List<GenericDescriptor> types = new ArrayList<>();
    if (user instanceof ServiceDescriptor service) {
      service.getMethods().forEach(method -> types.addAll(of(method)));
    } else if (user instanceof MethodDescriptor method) {
      add(method.getInputType(), types);
      add(method.getOutputType(), types);
    } else if (user instanceof Descriptor message) {
      message.getFields().forEach(field -> add(field, types));
      message.getNestedTypes().forEach(nested -> types.addAll(of(nested)));
    } else if (user instanceof FieldDescriptor field) {
      add(field, types);
    }
    return types;
  }

  private static void add(FieldDescriptor field, List<GenericDescriptor> types) {
    if (field.isMapField()) {
      return; // its entry is a nested message, whose fields count
    }
    if (field.getJavaType() == JavaType.MESSAGE) {
      add(field.getMessageType(), types);
    } else if (field.getJavaType() == JavaType.ENUM && !field.getEnumType().isPlaceholder()) {
      types.add(field.getEnumType());
    }
  }

  private static void add(Descriptor message, List<GenericDescriptor> types) {
    if (!WellKnown.of(message).hasOwnForm()) {
      types.add(message);
    }
  }
}
