package dev.grpcos.gateway.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a proto source, with its imports and the extensions that it declares, which show
 * whether an option has a definition. For a source that does not compile, the result is incomplete.
 */
final class SourceOptions {
  /**
   * An option statement, or an element of a list of options. Positions are offsets in the text.
   *
   * @param name the name in the source, without spaces, as in {@code (pkg.option).field}
   * @param value the start of its value
   * @param end its end
   * @param list the number of its list; -1 for a statement
   */
  record SourceOption(String name, int start, int value, int end, int list) {
    /** Returns whether an extension defines the option, at least in part. */
    boolean isCustom() {
      return name.indexOf('(') >= 0;
    }
  }

  /**
   * A list of options in brackets.
   *
   * @param separators the positions of the opening bracket, the commas and the closing bracket
   */
  record Listing(List<SourceOption> options, List<Integer> separators) {}

  private final SourceTokens tokens;
  private final List<SourceOption> options = new ArrayList<>();
  private final List<Listing> lists = new ArrayList<>();
  private final List<String> imports = new ArrayList<>();
  private final Set<String> extensions = new HashSet<>();

  /** The first words of the statements whose blocks are open. */
  private final Deque<String> blocks = new ArrayDeque<>();

  private SourceOptions(SourceTokens tokens) {
    this.tokens = tokens;
  }

  static SourceOptions in(String text) {
    SourceOptions result = new SourceOptions(new SourceTokens(text));
    result.read();
    return result;
  }

  List<SourceOption> options() {
    return Collections.unmodifiableList(options);
  }

  /** Returns the list that contains the option, or null for a statement. */
  @Nullable Listing listOf(SourceOption option) {
    return option.list() < 0 ? null : lists.get(option.list());
  }

  /** Returns the names of the imported files. */
  List<String> imports() {
    return Collections.unmodifiableList(imports);
  }

  /** Returns the names of the extensions that the source declares, without their scopes. */
  Set<String> extensions() {
    return Collections.unmodifiableSet(extensions);
  }

  private void read() {
    int statement = 0;
    int i = 0;
    while (i < tokens.size()) {
      String token = tokens.get(i);
      if (i == statement && token.equals("option")) {
        i = readStatement(i);
        statement = i;
        continue;
      }
      switch (token) {
        case "[" -> i = readList(i);
        case "{" -> {
          blocks.push(tokens.get(statement));
          statement = i + 1;
        }
        case "}" -> {
          blocks.poll();
          statement = i + 1;
        }
        case ";" -> {
          if (tokens.is(statement, "import")) {
            imports.add(unquoted(tokens.get(i - 1)));
          }
          statement = i + 1;
        }
        case "=" -> {
          if ("extend".equals(blocks.peek())) {
            extensions.add(tokens.get(i - 1));
            extensions.add(tokens.get(i - 1).toLowerCase(Locale.ROOT)); // the field of a group
          }
        }
        default -> {}
      }
      i++;
    }
  }

  /** Reads a statement and returns the token after it. */
  private int readStatement(int first) {
    int end = first + 1;
    while (end < tokens.size() && !tokens.is(end, ";")) {
      end = "([{".contains(tokens.get(end)) ? tokens.closing(end) + 1 : end + 1;
    }
    // An empty statement stays, so that comments keep their places. A oneof cannot have an empty
    // statement.
    int last = "oneof".equals(blocks.peek()) ? end + 1 : end;
    options.add(option(first + 1, end, tokens.start(first), tokens.end(last - 1), -1));
    return end + 1;
  }

  /** Reads a list and returns its closing token. */
  private int readList(int open) {
    int close = tokens.closing(open);
    Listing listing = new Listing(new ArrayList<>(), new ArrayList<>());
    listing.separators().add(tokens.start(open));
    int first = open + 1;
    for (int i = first; i <= close && i < tokens.size(); i++) {
      if (i == close || tokens.is(i, ",")) {
        listing
            .options()
            .add(option(first, i, tokens.start(first), tokens.end(i - 1), lists.size()));
        listing.separators().add(tokens.start(i));
        first = i + 1;
      } else if ("([{".contains(tokens.get(i))) {
        i = tokens.closing(i);
      }
    }
    lists.add(listing);
    options.addAll(listing.options());
    return close;
  }

  private SourceOption option(int from, int to, int start, int end, int list) {
    int equals = from;
    while (equals < to && !tokens.is(equals, "=")) {
      equals++;
    }
    return new SourceOption(
        tokens.joined(from, equals), start, tokens.start(equals + 1), end, list);
  }

  private static String unquoted(String literal) {
    return literal.length() < 2 ? literal : literal.substring(1, literal.length() - 1);
  }
}
