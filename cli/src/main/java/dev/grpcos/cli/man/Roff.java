package dev.grpcos.cli.man;

import java.util.List;

/** Writes the requests of roff's man macros that a page uses. Not thread-safe. */
final class Roff {
  private final StringBuilder page = new StringBuilder();

  Roff(String title, String release) {
    // without a date, so that the same source gives the same page
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

  /** Escapes roff's special characters, and makes hyphens such that can be copied. */
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

  /** Adds a line of roff source. */
  void definition(String roff) {
    line(roff);
  }

  void text(String text) {
    line(escaped(text));
  }

  /** Adds paragraphs, which are separated by empty texts. */
  void paragraphs(List<String> texts) {
    for (String text : texts) {
      if (text.isEmpty()) {
        page.append(".PP\n");
      } else {
        text(text);
      }
    }
  }

  /** Adds a term, as roff source, and its meaning. */
  void item(String term, String meaning) {
    page.append(".TP\n");
    line(term);
    text(meaning.strip());
  }

  /** Adds lines without filling them. */
  void verbatim(List<String> lines) {
    page.append(".nf\n");
    lines.forEach(text -> line(escaped(text.replaceFirst("^ {2}", ""))));
    page.append(".fi\n");
  }

  /** Adds references to pages of section 1. */
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
