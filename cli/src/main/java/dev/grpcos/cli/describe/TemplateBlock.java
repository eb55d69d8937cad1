package dev.grpcos.cli.describe;

import java.util.ArrayList;
import java.util.List;

/** The lines of a JSON object or array in a template, with or without comments. */
final class TemplateBlock {
  /**
   * A member or an element.
   *
   * @param notes comments before it
   * @param lines its text, without a comma
   * @param remark a comment after it; empty for none
   * @param active whether it is part of the JSON; otherwise it is a comment itself
   */
  private record TemplatePart(
      List<String> notes, List<String> lines, String remark, boolean active) {}

  private static final String INDENT = "  ";
  private static final String COMMENT = "// ";

  private final boolean comments;
  private final List<TemplatePart> parts = new ArrayList<>();

  /** Creates a block; without comments, it drops them. */
  TemplateBlock(boolean comments) {
    this.comments = comments;
  }

  /** Adds a part of the JSON. */
  void add(List<String> notes, List<String> lines, String remark) {
    parts.add(new TemplatePart(notes, lines, remark, true));
  }

  /** Adds a part that can be used if its comment signs are removed. */
  void offer(List<String> notes, List<String> lines, String remark) {
    if (comments) {
      parts.add(new TemplatePart(notes, lines, remark, false));
    }
  }

  /**
   * Returns the lines. A part before a comment has a comma, even if it is the last one of the JSON,
   * so that the comment can become a part.
   */
  List<String> lines(char open, char close) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      TemplatePart part = parts.get(i);
      if (comments) {
        part.notes().forEach(note -> all.add((INDENT + COMMENT + note).stripTrailing()));
      }
      boolean comma = !part.active() || i + 1 < parts.size();
      int last = part.lines().size() - 1;
      for (int line = 0; line <= last; line++) {
        String end =
            line < last
                ? ""
                : (comma ? "," : "")
                    + (comments && !part.remark().isEmpty()
                        ? INDENT + COMMENT + part.remark()
                        : "");
        all.add(INDENT + (part.active() ? "" : COMMENT) + part.lines().get(line) + end);
      }
    }
    if (all.isEmpty()) {
      return List.of("" + open + close);
    }
    all.add(0, String.valueOf(open));
    all.add(String.valueOf(close));
    return all;
  }
}
