package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import dev.grpcos.gateway.text.PrintableText;
import java.util.ArrayList;
import java.util.List;

/**
 * The comments of a declaration, each as lines without the {@code //}.
 *
 * <p>Servers supply them, so control characters, which a terminal would obey, are escaped.
 */
record Comments(List<List<String>> detached, List<String> leading, List<String> trailing) {
  static final Comments NONE = new Comments(List.of(), List.of(), List.of());

  static Comments of(Location location) {
    return new Comments(
        location.getLeadingDetachedCommentsList().stream()
            .map(Comments::lines)
            .filter(lines -> !lines.isEmpty())
            .toList(),
        lines(location.getLeadingComments()),
        lines(location.getTrailingComments()));
  }

  /** Returns the comments with further remarks after the leading comment. */
  Comments withRemarks(List<String> remarks) {
    List<String> more = new ArrayList<>(leading);
    remarks.forEach(remark -> more.add(" " + remark));
    return new Comments(detached, more, trailing);
  }

  Comments withoutDetached() {
    return new Comments(List.of(), leading, trailing);
  }

  /** Returns whether there are comments on lines before the declaration. */
  boolean precede() {
    return !detached.isEmpty() || !leading.isEmpty();
  }

  /** Returns the leading and trailing comment as plain text; empty if there is none. */
  String text() {
    List<String> all = new ArrayList<>(leading);
    if (!leading.isEmpty() && !trailing.isEmpty()) {
      all.add("");
    }
    all.addAll(trailing);
    return String.join(
        "\n", all.stream().map(line -> line.startsWith(" ") ? line.substring(1) : line).toList());
  }

  private static List<String> lines(String comment) {
    // The text of a documentation comment, /** … */, begins with the second star.
    String text = comment.startsWith("*") ? comment.substring(1) : comment;
    List<String> lines =
        new ArrayList<>(
            text.lines().map(line -> PrintableText.lines(line).stripTrailing()).toList());
    while (!lines.isEmpty() && lines.get(0).isEmpty()) {
      lines.remove(0);
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return List.copyOf(lines);
  }
}
