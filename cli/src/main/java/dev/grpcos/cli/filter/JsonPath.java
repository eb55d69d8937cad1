package dev.grpcos.cli.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an expression that only selects parts of a value, such as {@code .items[].name}.
 *
 * <p>The time and memory for such an expression are in proportion to the value, so it may be
 * evaluated in the gateway's process for any caller.
 */
record JsonPath(List<PathStep> steps) {
  /** One step from a value to parts of it. */
  sealed interface PathStep permits Field, Index, Each {}

  /** The member of an object. */
  record Field(String name) implements PathStep {}

  /** The element of an array. */
  record Index(int index) implements PathStep {}

  /** All elements of an array or members of an object. */
  record Each() implements PathStep {}

  /** Longer expressions are left to the interpreter. */
  private static final int MAX_LENGTH = 1_000;

  private static final Pattern FIRST =
      Pattern.compile(
          "\\s*\\.(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)|\"(?<quoted>[^\"\\\\]*)\"|(?=\\[)|(?=\\s*(?:\\||$)))");
  private static final Pattern NEXT =
      Pattern.compile(
          "\\.(?<name>[A-Za-z_][A-Za-z0-9_]*)|\\.\"(?<quoted>[^\"\\\\]*)\""
              + "|\\[\"(?<key>[^\"\\\\]*)\"\\]|\\[(?<index>[0-9]{1,9})\\]|\\[\\]");
  private static final Pattern PIPE = Pattern.compile("\\s*\\|");

  private static final Set<String> KEYWORDS =
      Set.of(
          "and", "as", "catch", "def", "elif", "else", "end", "foreach", "if", "import", "include",
          "label", "module", "not", "or", "reduce", "then", "try", "__loc__");

  /** Returns the steps of an expression, or null if it does more than select. */
  static @Nullable JsonPath of(String expression) {
    if (expression.length() > MAX_LENGTH) {
      return null;
    }
    List<PathStep> steps = new ArrayList<>();
    int at = 0;
    do {
      Matcher first = at(FIRST, expression, at);
      if (!first.lookingAt() || !add(steps, first.group("name"), first.group("quoted"))) {
        return null;
      }
      at = first.end();
      for (Matcher next = at(NEXT, expression, at); next.lookingAt(); ) {
        if (!add(steps, next.group("name"), next.group("quoted"))) {
          return null;
        }
        if (next.group("key") != null) {
          steps.add(new Field(next.group("key")));
        } else if (next.group("index") != null) {
          steps.add(new Index(Integer.parseInt(next.group("index"))));
        } else if (next.group().equals("[]")) {
          steps.add(new Each());
        }
        at = next.end();
        next.region(at, expression.length());
      }
      if (expression.substring(at).isBlank()) {
        return new JsonPath(List.copyOf(steps));
      }
      Matcher pipe = at(PIPE, expression, at);
      at = pipe.lookingAt() ? pipe.end() : -1;
    } while (at > 0);
    return null;
  }

  private static Matcher at(Pattern pattern, String text, int from) {
    return pattern.matcher(text).region(from, text.length()).useTransparentBounds(true);
  }

  /** Adds a step if there is a name; returns false if the name is a keyword. */
  private static boolean add(List<PathStep> steps, @Nullable String name, @Nullable String quoted) {
    if (name != null && KEYWORDS.contains(name)) {
      return false;
    }
    if (name != null || quoted != null) {
      steps.add(new Field(name == null ? String.valueOf(quoted) : name));
    }
    return true;
  }
}
