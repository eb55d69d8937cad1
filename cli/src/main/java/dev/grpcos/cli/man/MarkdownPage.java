package dev.grpcos.cli.man;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;

/**
 * A manual page whose source is a Markdown document, so that a browser can show it too.
 *
 * <p>Its title is {@code # NAME(SECTION): DESCRIPTION}. A bullet that begins with bold text and a
 * colon is an item with a term, and a row of a table becomes such an item, because a terminal is
 * too narrow for tables.
 *
 * @param name the page's name
 * @param description what the page is about, in a few words
 * @param document the parsed document
 */
record MarkdownPage(ManualName name, String description, Node document) {
  private static final Pattern TITLE = Pattern.compile("([a-z.-]+)\\((\\d)\\): (.+)");

  private static final Pattern REFERENCE = Pattern.compile("([a-z][a-z.-]*)(?=\\(\\d\\))");

  /** Reads the documents in a folder, in the order of their names. */
  static List<MarkdownPage> in(Path folder) throws IOException {
    List<MarkdownPage> pages = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        pages.add(parse(Files.readString(file)));
      }
    }
    return pages;
  }

  /**
   * Parses a document.
   *
   * @throws IllegalArgumentException if it has no title or uses more of Markdown than a page can
   *     have
   */
  static MarkdownPage parse(String markdown) {
    Node document =
        Parser.builder().extensions(List.of(TablesExtension.create())).build().parse(markdown);
    String title =
        document.getFirstChild() instanceof Heading heading && heading.getLevel() == 1
            ? plain(heading)
            : "";
    Matcher matcher = TITLE.matcher(title);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no title as '# NAME(SECTION): DESCRIPTION': " + title);
    }
    return new MarkdownPage(
        new ManualName(matcher.group(1), Integer.parseInt(matcher.group(2))),
        matcher.group(3),
        document);
  }

  /** Returns the page as roff source. */
  String roff(String release) {
    Roff out = new Roff(name.name(), name.section(), release);
    out.section("NAME");
    out.source(Roff.escaped(name.name()) + " \\- " + Roff.escaped(description));
    if (!(document.getFirstChild().getNext() instanceof Heading)) {
      out.section("DESCRIPTION");
    }
    blocks(document.getFirstChild().getNext(), out);
    return out.toString();
  }

  private static void blocks(@Nullable Node first, Roff out) {
    for (Node block = first; block != null; block = block.getNext()) {
      block(block, out);
    }
  }

  private static void block(Node block, Roff out) {
    if (block instanceof Heading heading) {
      if (heading.getLevel() == 2) {
        out.section(plain(heading));
      } else {
        out.subsection(plain(heading));
      }
    } else if (block instanceof Paragraph) {
      out.paragraph();
      out.source(inline(block.getFirstChild()));
    } else if (block instanceof FencedCodeBlock code) {
      code(code.getLiteral(), out);
    } else if (block instanceof IndentedCodeBlock code) {
      code(code.getLiteral(), out);
    } else if (block instanceof BulletList) {
      children(block).forEach(item -> item(item, out));
    } else if (block instanceof TableBlock) {
      table(block, out);
    } else if (!(block instanceof HtmlBlock)) { // a comment
      throw new IllegalArgumentException("not in a manual page: " + block);
    }
  }

  private static void code(String text, Roff out) {
    out.paragraph();
    out.indent();
    out.verbatim(text.lines().toList());
    out.outdent();
  }

  private static void item(Node item, Roff out) {
    Node paragraph = item.getFirstChild();
    if (paragraph == null) {
      return;
    }
    Node term = paragraph.getFirstChild();
    if (isTerm(term)) {
      out.item(
          Roff.bold(plain(term).replaceFirst("[:.]$", "")),
          inline(term.getNext()).replaceFirst("^: *", ""));
    } else {
      out.bullet();
      out.source(inline(term));
    }
    if (paragraph.getNext() != null) {
      out.indent();
      blocks(paragraph.getNext(), out);
      out.outdent();
    }
  }

  /** Returns whether a node is bold text that a colon or full stop ends. */
  private static boolean isTerm(Node node) {
    return node instanceof StrongEmphasis
        && (plain(node).matches(".*[:.]")
            || (node.getNext() instanceof Text text && text.getLiteral().startsWith(":")));
  }

  /** Writes an item for each row. With more than two columns, their titles are in the text. */
  private static void table(Node table, Roff out) {
    List<List<TableCell>> rows = new ArrayList<>();
    children(table)
        .forEach(
            part ->
                children(part)
                    .forEach(
                        row ->
                            rows.add(
                                children((TableRow) row).map(cell -> (TableCell) cell).toList())));
    List<TableCell> titles = rows.get(0);
    for (List<TableCell> row : rows.subList(1, rows.size())) {
      List<String> texts = new ArrayList<>();
      for (int i = 1; i < row.size(); i++) {
        String text = inline(row.get(i).getFirstChild());
        String title = row.size() == 2 ? "" : Roff.escaped(plain(titles.get(i))) + ": ";
        if (!text.isEmpty()) {
          texts.add(title + text);
        }
      }
      out.item(inline(row.get(0).getFirstChild()), String.join("; ", texts));
    }
  }

  /** Returns the roff source of inline text, from a node to its last sibling. */
  private static String inline(@Nullable Node first) {
    StringBuilder text = new StringBuilder();
    for (Node node = first; node != null; node = node.getNext()) {
      if (node instanceof Text literal) {
        text.append(withReferences(literal.getLiteral()));
      } else if (node instanceof SoftLineBreak) {
        text.append('\n');
      } else if (node instanceof Code || node instanceof StrongEmphasis) {
        text.append(Roff.bold(plain(node)));
      } else if (node instanceof Emphasis) {
        text.append(Roff.italic(plain(node)));
      } else if (node instanceof Link link) {
        text.append(inline(link.getFirstChild()));
        if (link.getDestination().startsWith("https://")) {
          text.append(Roff.escaped(" <" + link.getDestination() + ">"));
        }
      } else {
        throw new IllegalArgumentException("not in a manual page: " + node);
      }
    }
    return text.toString();
  }

  /** Returns text as roff source, with the names of manual pages in bold. */
  private static String withReferences(String text) {
    StringBuilder source = new StringBuilder();
    int end = 0;
    for (Matcher matcher = REFERENCE.matcher(text); matcher.find(); end = matcher.end(1)) {
      source.append(Roff.escaped(text.substring(end, matcher.start())));
      source.append(Roff.bold(matcher.group(1)));
    }
    return source.append(Roff.escaped(text.substring(end))).toString();
  }

  /** Returns whether the text names another page. */
  boolean refersTo(ManualName other) {
    return plain(document).contains(other.name() + "(" + other.section() + ")");
  }

  /** Returns the text in a node, without its form. */
  private static String plain(Node node) {
    if (node instanceof Text text) {
      return text.getLiteral();
    }
    if (node instanceof Code code) {
      return code.getLiteral();
    }
    StringBuilder text = new StringBuilder();
    children(node).forEach(child -> text.append(plain(child)));
    return text.toString();
  }

  private static Stream<Node> children(Node node) {
    return Stream.iterate(node.getFirstChild(), child -> child != null, Node::getNext);
  }
}
