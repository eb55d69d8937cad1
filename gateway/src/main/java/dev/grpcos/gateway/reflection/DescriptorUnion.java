package dev.grpcos.gateway.reflection;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks descriptors up through several sources: a service and its methods in the source that its
 * route names, anything else in the first source that knows it.
 *
 * <p>A file is found together with its source, so that its imports are taken from there: two
 * sources may hold different files of one name.
 *
 * @param owners full names of the services, sorted, and the source of each
 * @param indexes the sources
 */
public record DescriptorUnion(
    SortedMap<String, DescriptorIndex> owners, List<DescriptorIndex> indexes) {

  /** The union of what these services' sources know. */
  public static DescriptorUnion of(SortedMap<String, DescriptorIndex> owners) {
    return new DescriptorUnion(owners, owners.values().stream().distinct().toList());
  }

  /** Full names of the services, sorted. */
  Collection<String> services() {
    return owners.keySet();
  }

  /** A file and the source that knows its imports. */
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

  /** Numbers of the extensions that any source knows; null where none knows the message. */
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
