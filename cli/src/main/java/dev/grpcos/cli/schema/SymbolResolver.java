package dev.grpcos.cli.schema;

import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.Nearest;
import dev.grpcos.gateway.schema.SymbolKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds a symbol by its full name, or by a suffix of whole name parts that only one symbol has. A
 * symbol is a service, method, message, field, oneof, enum, enum value or extension. A service with
 * the suffix, or a method of such a service, takes precedence. A suffix finds a symbol of a
 * standard service, such as health, only if no other symbol has it.
 */
public final class SymbolResolver {
  private final Schema schema;

  public SymbolResolver(Schema schema) {
    this.schema = schema;
  }

  /**
   * Returns the symbol with this name.
   *
   * @param name a name with dots, or with a slash before a method
   * @throws CliException USAGE if no symbol or several symbols match, with candidates
   */
  public GenericDescriptor symbol(String name) {
    String dotted = (name.startsWith(".") ? name.substring(1) : name).replace('/', '.');
    if (dotted.indexOf('.') >= 0) {
      GenericDescriptor exact = schema.symbol(dotted);
      if (exact != null) {
        return exact;
      }
    }
    GenericDescriptor ofService = ofService(dotted);
    if (ofService != null) {
      return ofService;
    }
    // A suffix can match any symbol in the available files or in the files of some service.
    SortedMap<String, SymbolKind> names = schema.names();
    List<String> candidates =
        names.containsKey(dotted)
            ? List.of(dotted)
            : names.keySet().stream().filter(known -> known.endsWith("." + dotted)).toList();
    if (candidates.size() > 1) {
      // A service or message takes precedence over a field with the same name.
      List<String> top = declarations(names, candidates);
      candidates = Candidates.preferred(top.isEmpty() ? candidates : top);
    }
    if (candidates.size() > 1) {
      throw CliException.usage(
          "'%s' is ambiguous: it could be %s", name, String.join(", ", candidates));
    }
    GenericDescriptor found = schema.symbol(candidates.isEmpty() ? dotted : candidates.get(0));
    if (found == null) {
      throw CliException.usage("no symbol '%s'%s", name, hint(dotted, names));
    }
    return found;
  }

  /**
   * Returns the only service with this suffix, or a method of it. This is the most frequent case,
   * and it does not search all other services.
   */
  private @Nullable GenericDescriptor ofService(String end) {
    ServiceDescriptor service = service(end);
    int dot = end.lastIndexOf('.');
    if (service != null || dot < 0) {
      return service;
    }
    ServiceDescriptor owner = service(end.substring(0, dot));
    return owner == null ? null : owner.findMethodByName(end.substring(dot + 1));
  }

  private @Nullable ServiceDescriptor service(String end) {
    List<String> candidates =
        Candidates.preferred(
            schema.services().stream()
                .filter(name -> name.equals(end) || name.endsWith("." + end))
                .toList());
    return candidates.size() == 1 ? schema.service(candidates.get(0)) : null;
  }

  /** Returns a hint with similar names; declarations come first among equally similar names. */
  private String hint(String name, SortedMap<String, SymbolKind> names) {
    if (name.isEmpty()) {
      return Nearest.orAll(name, schema.services(), "there are");
    }
    List<String> all = new ArrayList<>(declarations(names, names.keySet()));
    all.addAll(names.keySet());
    return Nearest.orAll(name, all, "there are");
  }

  private static List<String> declarations(
      SortedMap<String, SymbolKind> names, Collection<String> among) {
    return among.stream()
        .filter(name -> names.getOrDefault(name, SymbolKind.PART).isDeclaration())
        .toList();
  }
}
