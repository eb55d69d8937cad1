package dev.grpcos.cli.filter;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Puts {@code @text} before the strings of an expression that have {@code \(…)} in them and no
 * format of their own.
 *
 * <p>The meaning is the same, but the interpreter then makes text of numbers with the function
 * {@code tostring}, which {@link TextFunction} replaces, instead of by itself.
 */
final class Interpolation {
  private static final String FORMAT = "@text ";

  private final String expression;
  private final StringBuilder result = new StringBuilder();

  /** For each open interpolation, the number of its parentheses that are open. */
  private final Deque<Integer> open = new ArrayDeque<>();

  private int position;

  private Interpolation(String expression) {
    this.expression = expression;
  }

  /** Returns the expression with formats; it has as many lines as before. */
  static String withFormats(String expression) {
    return expression.contains("\\(") ? new Interpolation(expression).rewritten() : expression;
  }

  private String rewritten() {
    while (position < expression.length()) {
      char c = expression.charAt(position);
      switch (c) {
        case '"' -> string();
        case '#' -> {
          int end = expression.indexOf('\n', position);
          copyTo(end < 0 ? expression.length() : end);
        }
        case '(' -> {
          add(1);
          copyTo(position + 1);
        }
        case ')' -> {
          copyTo(position + 1);
          if (add(-1) == 0) {
            open.pop();
            restOfString();
          }
        }
        default -> copyTo(position + 1);
      }
    }
    return result.toString();
  }

  /** Counts a parenthesis; returns how many of the current interpolation are open, or -1. */
  private int add(int count) {
    if (open.isEmpty()) {
      return -1;
    }
    int parentheses = open.pop() + count;
    open.push(parentheses);
    return parentheses;
  }

  private void string() {
    int start = result.length();
    boolean formatted = result.toString().stripTrailing().matches("(?s).*@\\w+");
    boolean field = result.toString().stripTrailing().endsWith(".");
    copyTo(position + 1);
    if (restOfString() && !formatted && !field) {
      result.insert(start, FORMAT);
    }
  }

  /** Copies up to the end of the string, or into an interpolation, which makes it true. */
  private boolean restOfString() {
    while (position < expression.length()) {
      char c = expression.charAt(position);
      if (c == '"') {
        copyTo(position + 1);
        return false;
      } else if (expression.startsWith("\\(", position)) {
        copyTo(position + 2);
        open.push(1);
        return true;
      }
      copyTo(position + (c == '\\' ? 2 : 1));
    }
    return false;
  }

  private void copyTo(int end) {
    int stop = Math.min(end, expression.length());
    result.append(expression, position, stop);
    position = stop;
  }
}
