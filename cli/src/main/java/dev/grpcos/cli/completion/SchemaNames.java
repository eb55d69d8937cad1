package dev.grpcos.cli.completion;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.schema.SymbolKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The names in a schema that match a word: full names that begin with it, or otherwise unique
 * suffixes that begin with it.
 */
final class SchemaNames {
  private final Schema schema;

  SchemaNames(Schema schema) {
    this.schema = schema;
  }

  List<Candidate> services(String word) {
    return completed(schema.services(), word).keySet().stream()
        .map(name -> Candidate.word(name, "service"))
        .toList();
  }

  /** Returns services, or the methods of a service if only one service matches. */
  List<Candidate> methods(String word) {
    int slash = word.indexOf('/');
    Map<String, String> services =
        slash < 0
            ? completed(schema.services(), word)
            : Map.of(word.substring(0, slash), named(word.substring(0, slash)));
    if (services.isEmpty()) {
      return methodsAlone(word);
    }
    List<Candidate> candidates = new ArrayList<>();
    services.forEach(
        (written, name) -> {
          if (services.size() > 1) {
            candidates.add(Candidate.open(written + "/", "service"));
          } else {
            methodsOf(name)
                .forEach(method -> add(candidates, written + "/" + method.getName(), word, method));
          }
        });
    return candidates;
  }

  /** Returns services, messages and enums; after a service and a slash, its methods. */
  List<Candidate> symbols(String word) {
    return word.indexOf('/') >= 0 ? methods(word) : declarations(word, SymbolKind::isDeclaration);
  }

  /** Returns methods and messages. */
  List<Candidate> requests(String word) {
    List<Candidate> candidates = new ArrayList<>(methods(word));
    if (word.indexOf('/') < 0) {
      candidates.addAll(declarations(word, SymbolKind.MESSAGE::equals));
    }
    return candidates;
  }

  private List<Candidate> declarations(String word, Predicate<SymbolKind> kinds) {
    SortedMap<String, SymbolKind> names = schema.names();
    List<String> some =
        names.keySet().stream()
            .filter(name -> kinds.test(names.getOrDefault(name, SymbolKind.PART)))
            .toList();
    List<Candidate> candidates = new ArrayList<>();
    completed(some, word)
        .forEach(
            (written, name) ->
                candidates.add(
                    Candidate.word(
                        written,
                        names
                            .getOrDefault(name, SymbolKind.PART)
                            .name()
                            .toLowerCase(Locale.ROOT))));
    return candidates;
  }

  /** Returns the bare names of methods that only one service has. */
  private List<Candidate> methodsAlone(String word) {
    Map<String, MethodDescriptor> found = new TreeMap<>();
    Set<String> ambiguous = new TreeSet<>();
    schema.fetch(schema.services());
    for (String service : schema.services()) {
      for (MethodDescriptor method : methodsOf(service)) {
        if (found.put(method.getName(), method) != null) {
          ambiguous.add(method.getName());
        }
      }
    }
    found.keySet().removeAll(ambiguous);
    List<Candidate> candidates = new ArrayList<>();
    found.forEach((name, method) -> add(candidates, name, word, method));
    return candidates;
  }

  private static void add(
      List<Candidate> candidates, String name, String word, MethodDescriptor method) {
    if (name.startsWith(word)) {
      candidates.add(
          Candidate.word(
              name,
              (method.isClientStreaming() ? "stream " : "")
                  + method.getInputType().getName()
                  + " -> "
                  + (method.isServerStreaming() ? "stream " : "")
                  + method.getOutputType().getName()));
    }
  }

  private List<MethodDescriptor> methodsOf(String service) {
    ServiceDescriptor described = schema.service(service);
    return described == null ? List.of() : described.getMethods();
  }

  /** Returns the full name of the service with this suffix. */
  private String named(String end) {
    return schema.services().stream()
        .filter(name -> name.equals(end) || name.endsWith("." + end))
        .findFirst()
        .orElse(end);
  }

  /** Returns the full names by the text that completes the word. */
  private static Map<String, String> completed(List<String> names, String word) {
    Map<String, String> whole = new LinkedHashMap<>();
    Map<String, String> ends = new LinkedHashMap<>();
    Set<String> ambiguous = new TreeSet<>();
    for (String name : names) {
      if (name.startsWith(word)) {
        whole.put(name, name);
      }
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        String end = name.substring(dot + 1);
        if (end.startsWith(word)) {
          if (ends.put(end, name) != null) {
            ambiguous.add(end);
          }
          break;
        }
      }
    }
    ends.keySet().removeAll(ambiguous);
    return whole.isEmpty() ? ends : whole;
  }
}
