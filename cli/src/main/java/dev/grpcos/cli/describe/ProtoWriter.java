package dev.grpcos.cli.describe;

import java.util.List;

/** A writer of proto syntax that indents each block by two spaces. Not thread-safe. */
final class ProtoWriter {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  /** Writes a statement with its semicolon and its comments. */
  void statement(Comments comments, List<String> lines) {
    before(comments);
    lines.forEach(this::line);
    after(comments);
  }

  void statement(Comments comments, String line) {
    statement(comments, List.of(line));
  }

  /** Writes a statement with a body in braces; the trailing comment follows the opening brace. */
  void block(Comments comments, String head, Runnable body) {
    before(comments);
    line(head + " {");
    depth++;
    int opened = text.length();
    after(comments);
    int commented = text.length();
    body.run();
    depth--;
    if (text.length() == opened) {
      text.setLength(text.length() - 1);
      text.append("}\n");
    } else {
      if (text.length() == commented) {
        trimBlankLine();
      }
      line("}");
    }
  }

  void comment(List<String> lines) {
    lines.forEach(line -> line("//" + line));
  }

  void blankLine() {
    if (text.length() > 0 && !endsWith("\n\n")) {
      text.append('\n');
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void before(Comments comments) {
    if (!comments.detached().isEmpty()) {
      // otherwise it would be the trailing comment of the previous declaration
      blankLine();
    }
    for (List<String> detached : comments.detached()) {
      comment(detached);
      blankLine();
    }
    comment(comments.leading());
  }

  private void after(Comments comments) {
    List<String> trailing = comments.trailing();
    if (trailing.size() == 1) {
      text.setLength(text.length() - 1);
      text.append("  //").append(trailing.get(0)).append('\n');
    } else if (!trailing.isEmpty()) {
      comment(trailing);
      blankLine(); // otherwise it would be the leading comment of the next declaration
    }
  }

  private void line(String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  private void trimBlankLine() {
    if (endsWith("\n\n")) {
      text.setLength(text.length() - 1);
    }
  }

  private boolean endsWith(String end) {
    return text.length() >= end.length() && text.indexOf(end, text.length() - end.length()) >= 0;
  }
}
