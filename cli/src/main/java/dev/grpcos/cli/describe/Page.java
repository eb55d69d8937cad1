package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Message;
import dev.grpcos.cli.describe.OptionReader.OptionValue;
import dev.grpcos.cli.describe.OptionReader.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The output, comments and options for the declarations of one file. Not thread-safe. */
final class Page {
  private static final int WIDTH = 100;

  private final OptionReader optionReader;
  private final SourceInfo source;
  private final boolean wholeFile;
  final ProtoWriter out = new ProtoWriter();

  /**
   * Creates a page for a file or a part of it.
   *
   * @param wholeFile whether comments that belong to no declaration are included
   */
  Page(FileDescriptor file, Collection<FileDescriptor> optionImports, boolean wholeFile) {
    this.optionReader = new OptionReader(file, optionImports);
    this.source = new SourceInfo(file.toProto().getSourceCodeInfo());
    this.wholeFile = wholeFile;
  }

  /**
   * A declaration in a body: its position in the source, whether blank lines surround it, its text.
   */
  record Part(@Nullable Location location, boolean setOff, Runnable print) {}

  Options options(Message options) {
    return optionReader.read(options);
  }

  Comments comments(SourcePath path) {
    return comments(source.location(path));
  }

  Comments comments(@Nullable Location location) {
    Comments all = SourceInfo.comments(location);
    return wholeFile ? all : all.withoutDetached();
  }

  @Nullable Location location(GenericDescriptor descriptor) {
    return source.location(SourcePath.of(descriptor));
  }

  @Nullable Location statement(SourcePath statements, SourcePath inner) {
    return source.statement(statements, inner);
  }

  /**
   * Writes the parts in the order of the source if all positions are known, or else in the given
   * order.
   */
  void parts(List<Part> parts) {
    List<Part> ordered = new ArrayList<>(parts);
    if (parts.stream().allMatch(part -> part.location() != null)) {
      ordered.sort(Comparator.comparing(Page::start, Arrays::compare));
    }
    boolean first = true;
    boolean before = false;
    for (Part part : ordered) {
      if (!first && (before || part.setOff())) {
        out.blankLine();
      }
      part.print().run();
      before = part.setOff();
      first = false;
    }
  }

  private static int[] start(Part part) {
    Location location = part.location();
    return location == null ? new int[0] : SourceInfo.start(location);
  }

  /** Writes the options as statements, and a blank line if something follows. */
  void optionStatements(Options options, SourcePath path, boolean more) {
    for (OptionValue option : options.known()) {
      SourcePath at =
          option.index() < 0
              ? path.child(option.number())
              : path.child(option.number(), option.index());
      out.statement(comments(at), option.statement());
    }
    if (more && !options.known().isEmpty()) {
      out.blankLine();
    }
  }

  /** Returns a statement that ends with its options in brackets, on one line if they fit. */
  static List<String> bracketed(String head, List<OptionValue> options) {
    String line = inline(head, options) + ";";
    if (options.isEmpty() || line.length() <= WIDTH) {
      return List.of(line);
    }
    List<String> lines = new ArrayList<>();
    lines.add(head + " [");
    for (int i = 0; i < options.size(); i++) {
      List<String> value = new ArrayList<>(options.get(i).lines());
      value.set(0, options.get(i).name() + " = " + value.get(0));
      if (i + 1 < options.size()) {
        value.set(value.size() - 1, value.get(value.size() - 1) + ",");
      }
      value.forEach(part -> lines.add("  " + part));
    }
    lines.add("];");
    return lines;
  }

  static String inline(String head, List<OptionValue> options) {
    return options.isEmpty()
        ? head
        : head + " [" + String.join(", ", options.stream().map(OptionValue::inline).toList()) + "]";
  }
}
