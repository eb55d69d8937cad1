package dev.grpcos.cli.man;

import java.util.List;

/** Writes the few requests of roff's man macros that a page has. Not thread-safe. */
final class Roff {
  private final StringBuilder page = new StringBuilder();

  Roff(String title, String release) {
    // without a date, so that one source makes one page
    page.append(".TH \"")
        .append(escaped(title))
        .append("\" \"1\" \"\" \"grpcos ")
        .append(escaped(release))
        .append("\" \"grpcos\"\n.nh\n.ad l\n");
  }

  static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  /** Hyphens that are typed, and no characters that roff takes for its own. */
  private static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  void section(String name) {
    page.append(".SH ").append(name).append('\n');
  }

  /** A line of ready roff. */
  void definition(String roff) {
    line(roff);
  }

  void text(String text) {
    line(escaped(text));
  }

  /** Paragraphs, which empty texts part. */
  void paragraphs(List<String> texts) {
    for (String text : texts) {
      if (text.isEmpty()) {
        page.append(".PP\n");
      } else {
        text(text);
      }
    }
  }

  /** A term of ready roff, and what it means. */
  void item(String term, String meaning) {
    page.append(".TP\n");
    line(term);
    text(meaning.strip());
  }

  /** Lines as they are. */
  void verbatim(List<String> lines) {
    page.append(".nf\n");
    lines.forEach(text -> line(escaped(text.replaceFirst("^ {2}", ""))));
    page.append(".fi\n");
  }

  /** Pages of section 1. */
  void references(List<String> names) {
    line(String.join(", ", names.stream().map(name -> bold(name) + "(1)").toList()));
  }

  private void line(String roff) {
    // a line that begins with a dot is a request
    page.append(roff.startsWith(".") ? "\\&" : "").append(roff).append('\n');
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
