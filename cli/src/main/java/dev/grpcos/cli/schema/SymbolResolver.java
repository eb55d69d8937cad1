package dev.grpcos.cli.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.CliException;
import dev.grpcos.gateway.text.Nearest;
import java.util.List;

/**
 * Finds whatever a person names: a service, method, message, field, oneof, enum, enum value or
 * extension, by full name or by any suffix of whole name parts that only one has.
 */
public final class SymbolResolver {
  private final Schema schema;

  public SymbolResolver(Schema schema) {
    this.schema = schema;
  }

  /**
   * The symbol of this name.
   *
   * @param name with dots, or with a slash before a method
   * @throws CliException USAGE if none or several have the name, with candidates
   */
  public GenericDescriptor symbol(String name) {
    String dotted = (name.startsWith(".") ? name.substring(1) : name).replace('/', '.');
    if (dotted.indexOf('.') >= 0) {
      GenericDescriptor exact = schema.symbol(dotted);
      if (exact != null) {
        return exact;
      }
    }
    // A suffix can be anything that is at hand or that some service leads to.
    List<String> names = schema.names();
    List<String> candidates =
        names.stream()
            .filter(known -> known.equals(dotted) || known.endsWith("." + dotted))
            .toList();
    if (candidates.contains(dotted)) {
      candidates = List.of(dotted);
    }
    if (candidates.size() > 1) {
      // A service or message is meant rather than a field that happens to share its name.
      List<String> top = candidates.stream().filter(this::isDeclaration).toList();
      candidates = top.isEmpty() ? candidates : top;
    }
    if (candidates.size() > 1) {
      throw CliException.usage(
          "'%s' is ambiguous: it could be %s", name, String.join(", ", candidates));
    }
    GenericDescriptor found = schema.symbol(candidates.isEmpty() ? dotted : candidates.get(0));
    if (found == null) {
      throw CliException.usage(
          "no symbol '%s'%s",
          name, Nearest.orAll(dotted, dotted.isEmpty() ? schema.services() : names, "there are"));
    }
    return found;
  }

  private boolean isDeclaration(String name) {
    return schema.symbol(name) instanceof ServiceDescriptor
        || schema.symbol(name) instanceof Descriptor
        || schema.symbol(name) instanceof EnumDescriptor;
  }
}
