package dev.grpcos.gateway.reflection;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A lookup in several descriptor sources. A service and its methods are found in the source of the
 * service's route, anything else in the first source that has it.
 *
 * <p>The result includes the source, so that imports come from the same source: two sources may
 * have different files with the same name.
 *
 * @param owners the full names of the services, sorted, with their sources
 * @param indexes the sources
 */
public record DescriptorUnion(
    SortedMap<String, DescriptorIndex> owners, List<DescriptorIndex> indexes) {

  /** Returns the union of the sources of these services. */
  public static DescriptorUnion of(SortedMap<String, DescriptorIndex> owners) {
    return new DescriptorUnion(owners, owners.values().stream().distinct().toList());
  }

  /**
   * Returns the part of the union that some methods need.
   *
   * @param methods returns whether a method is needed, by its full name with a slash
   * @param services returns whether methods of a service may be needed
   */
  public DescriptorUnion narrowed(Predicate<String> methods, Predicate<String> services) {
    Map<DescriptorIndex, NarrowedIndex> narrowed = new HashMap<>();
    SortedMap<String, NarrowedIndex> shown = new TreeMap<>();
    owners.forEach(
        (service, owner) -> {
          NarrowedIndex index =
              narrowed.computeIfAbsent(owner, source -> new NarrowedIndex(source, methods));
          if (services.test(service) && index.add(service)) {
            shown.put(service, index);
          }
        });
    Map<NarrowedIndex, DescriptorIndex> built = new HashMap<>();
    SortedMap<String, DescriptorIndex> next = new TreeMap<>();
    shown.forEach(
        (service, index) -> next.put(service, built.computeIfAbsent(index, NarrowedIndex::index)));
    return of(next);
  }

  /** Returns the full names of all methods, with a slash before the short name. */
  public List<String> methods() {
    return owners.entrySet().stream()
        .flatMap(
            each ->
                each.getValue().methods(each.getKey()).stream()
                    .map(method -> each.getKey() + "/" + method))
        .toList();
  }

  /** Returns the full names of the services, sorted. */
  Collection<String> services() {
    return owners.keySet();
  }

  /** A file and its source, which also has its imports. */
  record Found(DescriptorIndex index, ReflectedFile file) {}

  @Nullable Found file(String name) {
    return first(index -> index.file(name));
  }

  @Nullable Found declaring(String symbol) {
    DescriptorIndex owner = owners.get(symbol);
    if (owner == null && symbol.indexOf('.') >= 0) {
      owner = owners.get(symbol.substring(0, symbol.lastIndexOf('.')));
    }
    ReflectedFile file = owner == null ? null : owner.declaring(symbol);
    return owner != null && file != null
        ? new Found(owner, file)
        : first(index -> index.declaring(symbol));
  }

  @Nullable Found extension(String message, int number) {
    return first(index -> index.extension(message, number));
  }

  /** Returns the extension numbers of all sources, or null if none has the message. */
  @Nullable Set<Integer> extensionNumbers(String message) {
    Set<Integer> all = new TreeSet<>();
    boolean known = false;
    for (DescriptorIndex index : indexes) {
      Set<Integer> numbers = index.extensionNumbers(message);
      if (numbers != null) {
        known = true;
        all.addAll(numbers);
      }
    }
    return known ? all : null;
  }

  private @Nullable Found first(Function<DescriptorIndex, @Nullable ReflectedFile> lookup) {
    for (DescriptorIndex index : indexes) {
      ReflectedFile file = lookup.apply(index);
      if (file != null) {
        return new Found(index, file);
      }
    }
    return null;
  }
}
