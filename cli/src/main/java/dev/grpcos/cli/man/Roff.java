package dev.grpcos.cli.man;

import java.util.List;
import java.util.Locale;

/** Writes the requests of roff's man macros that a page uses. Not thread-safe. */
final class Roff {
  private final StringBuilder page = new StringBuilder();

  Roff(String title, int section, String release) {
    // without a date, so that the same source gives the same page
    page.append(".TH \"")
        .append(escaped(title.toUpperCase(Locale.ROOT)))
        .append("\" \"")
        .append(section)
        .append("\" \"\" \"grpcos ")
        .append(escaped(release))
        .append("\" \"grpcos\"\n.nh\n.ad l\n");
  }

  static String bold(String text) {
    return text.isEmpty() ? "" : "\\fB" + escaped(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  /**
   * Escapes roff's special characters and characters outside of ASCII, and makes hyphens and quotes
   * such that can be copied.
   */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                default -> {
                  if (character < 0x80) {
                    escaped.append((char) character);
                  } else {
                    escaped.append("\\[u%04X]".formatted(character));
                  }
                }
              }
            });
    return escaped.toString();
  }

  void section(String name) {
    page.append(".SH ").append(name.toUpperCase(Locale.ROOT)).append('\n');
  }

  void subsection(String name) {
    page.append(".SS ").append(escaped(name)).append('\n');
  }

  /** Begins a paragraph; after a heading, the text does that itself. */
  void paragraph() {
    int line = page.lastIndexOf("\n", page.length() - 2) + 1;
    if (!page.substring(line).startsWith(".S")) {
      page.append(".PP\n");
    }
  }

  /** Adds lines of roff source, which are filled. */
  void source(String roff) {
    roff.lines().forEach(this::line);
  }

  void text(String text) {
    source(escaped(text));
  }

  /** Adds paragraphs, which are separated by empty texts. */
  void paragraphs(List<String> texts) {
    for (String text : texts) {
      if (text.isEmpty()) {
        paragraph();
      } else {
        text(text);
      }
    }
  }

  /** Adds a term and its meaning, both as roff source. */
  void item(String term, String meaning) {
    page.append(".TP\n");
    line(term);
    source(meaning.strip());
  }

  /** Begins an item of a list with a bullet; its text follows. */
  void bullet() {
    page.append(".IP \\(bu 2\n");
  }

  /** Indents what follows, until {@link #outdent}. */
  void indent() {
    page.append(".RS 4\n");
  }

  void outdent() {
    page.append(".RE\n");
  }

  /** Adds lines without filling them. */
  void verbatim(List<String> lines) {
    page.append(".nf\n");
    lines.forEach(text -> line(escaped(text)));
    page.append(".fi\n");
  }

  /** Adds references to pages, each with its name and section. */
  void references(List<ManualName> pages) {
    line(
        String.join(
            ", ",
            pages.stream().map(each -> bold(each.name()) + "(" + each.section() + ")").toList()));
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
