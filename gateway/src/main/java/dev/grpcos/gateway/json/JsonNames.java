package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON names of a message's fields: one name for writing, and one or two for reading.
 *
 * <p>A field is written under its JSON name. Two fields may share a JSON name in proto2; such
 * fields are written under their names in the .proto file, and so is a field whose JSON name equals
 * one of those. A field is read under the name for writing, and under its other name unless that
 * belongs to another field. Immutable.
 */
public final class JsonNames {
  private final Descriptor type;

  /** The names for writing, by the indexes of the fields. */
  private final List<String> written = new ArrayList<>();

  /** The fields by all names for reading. */
  private final Map<String, FieldDescriptor> read = new HashMap<>();

  private JsonNames(Descriptor type) {
    this.type = type;
    Set<FieldDescriptor> ambiguous = ambiguous(type.getFields());
    for (FieldDescriptor field : type.getFields()) {
      read.put(field.getName(), field);
    }
    for (FieldDescriptor field : type.getFields()) {
      if (!ambiguous.contains(field)) {
        read.put(field.getJsonName(), field);
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      written.add(ambiguous.contains(field) ? field.getName() : field.getJsonName());
    }
  }

  /** Returns the names of the fields of a message type. */
  public static JsonNames of(Descriptor type) {
    return new JsonNames(type);
  }

  /**
   * Returns the fields that are not written under their JSON names, because another field uses the
   * name.
   */
  private static Set<FieldDescriptor> ambiguous(List<FieldDescriptor> fields) {
    Map<String, FieldDescriptor> byJsonName = new HashMap<>();
    Set<FieldDescriptor> found = new HashSet<>();
    List<FieldDescriptor> unchecked = new ArrayList<>();
    for (FieldDescriptor field : fields) {
      FieldDescriptor other = byJsonName.putIfAbsent(field.getJsonName(), field);
      if (other != null) {
        unchecked.add(other);
        unchecked.add(field);
      }
    }
    while (!unchecked.isEmpty()) {
      FieldDescriptor field = unchecked.remove(unchecked.size() - 1);
      FieldDescriptor rival = byJsonName.get(field.getName());
      if (found.add(field) && rival != null) {
        unchecked.add(rival);
      }
    }
    return found;
  }

  /** Returns the name for writing a field. The name of an extension is in brackets. */
  public String name(FieldDescriptor field) {
    return field.isExtension() ? "[" + field.getFullName() + "]" : written.get(field.getIndex());
  }

  /** Returns the name in the .proto file, or {@link #name} if that name reads as another field. */
  public String protoName(FieldDescriptor field) {
    return field.isExtension() || read.get(field.getName()) != field
        ? name(field)
        : field.getName();
  }

  /** Returns the field that a name is read as, or null. Does not find extensions. */
  public @Nullable FieldDescriptor field(String name) {
    return read.get(name);
  }

  /** Returns the fields by all names for reading. */
  public Map<String, FieldDescriptor> fields() {
    return Collections.unmodifiableMap(read);
  }

  /** Returns the field, or for a name {@code [full.name]} the extension; null if there is none. */
  public @Nullable FieldDescriptor field(String name, Types types) {
    FieldDescriptor field = read.get(name);
    return field == null && isExtension(name)
        ? types.extension(type, name.substring(1, name.length() - 1))
        : field;
  }

  /** Returns the message for a name that {@link #field(String, Types)} does not find. */
  public String unknown(String name) {
    if (isExtension(name)) {
      return "no extension " + Quote.text(name) + " of " + type.getFullName() + " in the schema";
    }
    return "no field "
        + Quote.text(name)
        + " in "
        + type.getFullName()
        + Nearest.orAll(name, written, "it has");
  }

  private static boolean isExtension(String name) {
    return name.startsWith("[") && name.endsWith("]");
  }
}
