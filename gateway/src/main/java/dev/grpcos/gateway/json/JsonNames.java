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
 * The names of a message's fields in JSON: the name under which each is written, and those under
 * which it is read.
 *
 * <p>A field is written under its JSON name. Where fields share a JSON name, which proto2 permits,
 * they are written under their names in the .proto file, and so is a field whose JSON name is one
 * of those. A field is read under the name that it is written under, and under its other name
 * unless that is another field's. Immutable.
 */
public final class JsonNames {
  private final Descriptor type;

  /** The names that fields are written under, by their indexes. */
  private final List<String> written = new ArrayList<>();

  /** The fields by all names that they are read under. */
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

  /** The fields that are not written under their JSON names, because these are not theirs alone. */
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

  /** Returns the name that a field is written under; that of an extension is in brackets. */
  public String name(FieldDescriptor field) {
    return field.isExtension() ? "[" + field.getFullName() + "]" : written.get(field.getIndex());
  }

  /** Returns the name in the .proto file, or {@link #name} where another field is read under it. */
  public String protoName(FieldDescriptor field) {
    return field.isExtension() || read.get(field.getName()) != field
        ? name(field)
        : field.getName();
  }

  /** Returns the field that is read under a name, or null; extensions are not among them. */
  public @Nullable FieldDescriptor field(String name) {
    return read.get(name);
  }

  /** Returns the fields by all names that they are read under. */
  public Map<String, FieldDescriptor> fields() {
    return Collections.unmodifiableMap(read);
  }

  /** Returns the field or, where the name is {@code [full.name]}, the extension; or null. */
  public @Nullable FieldDescriptor field(String name, Types types) {
    FieldDescriptor field = read.get(name);
    return field == null && isExtension(name)
        ? types.extension(type, name.substring(1, name.length() - 1))
        : field;
  }

  /** Returns the message about a name that {@link #field(String, Types)} does not find. */
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
