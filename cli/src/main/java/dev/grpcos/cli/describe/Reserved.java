package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.grpcos.cli.describe.Page.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes {@code reserved} statements. */
final class Reserved {
  private Reserved() {}

  /** Adds a statement for each one in the source, or one for all if the source is unknown. */
  static void add(List<Part> parts, Page page, SourcePath statements, List<String> reserved) {
    Map<Location, List<String>> byStatement = new LinkedHashMap<>();
    for (int i = 0; i < reserved.size(); i++) {
      Location statement = page.statement(statements, statements.child(i));
      byStatement
          .computeIfAbsent(
              statement == null ? Location.getDefaultInstance() : statement,
              location -> new ArrayList<>())
          .add(reserved.get(i));
    }
    byStatement.forEach(
        (location, some) -> {
          Comments comments = page.comments(location);
          parts.add(
              new Part(
                  location.getSpanCount() == 0 ? null : location,
                  comments.precede(),
                  () -> page.out.statement(comments, "reserved " + String.join(", ", some) + ";")));
        });
  }

  static String range(int first, int last, int max) {
    if (first == last) {
      return Integer.toString(first);
    }
    return first + " to " + (last >= max ? "max" : Integer.toString(last));
  }

  /** Returns reserved names, which are strings before editions, and identifiers since. */
  static List<String> names(FileDescriptor file, List<String> names) {
    return file.toProto().getSyntax().equals("editions")
        ? names
        : names.stream().map(Literals::quoted).toList();
  }
}
