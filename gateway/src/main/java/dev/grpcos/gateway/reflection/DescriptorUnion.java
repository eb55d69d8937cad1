package dev.grpcos.gateway.reflection;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks descriptors up through several sources, the first that knows one wins.
 *
 * <p>A file is found together with its source, so that its imports are taken from there: two
 * sources may hold different files of one name.
 *
 * @param services full names of the services, sorted
 * @param indexes the sources
 */
public record DescriptorUnion(List<String> services, List<DescriptorIndex> indexes) {

  /** A file and the source that knows its imports. */
  record Found(DescriptorIndex index, SchemaFile file) {}

  @Nullable Found file(String name) {
    return first(index -> index.file(name));
  }

  @Nullable Found declaring(String symbol) {
    return first(index -> index.declaring(symbol));
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

  private @Nullable Found first(Function<DescriptorIndex, @Nullable SchemaFile> lookup) {
    for (DescriptorIndex index : indexes) {
      SchemaFile file = lookup.apply(index);
      if (file != null) {
        return new Found(index, file);
      }
    }
    return null;
  }
}
