package dev.grpcos.cli.filter;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Puts {@code @text} before each string of an expression that contains {@code \(…)} and has no
 * format.
 *
 * <p>The meaning is the same, but the interpreter then converts numbers to text with the function
 * {@code tostring}, which {@link TextFunction} replaces, instead of its built-in conversion.
 */
final class Interpolation {
  private static final String FORMAT = "@text ";

  private final String expression;
  private final StringBuilder result = new StringBuilder();

  /** The number of open parentheses in each open interpolation. */
  private final Deque<Integer> open = new ArrayDeque<>();

  private int position;

  private Interpolation(String expression) {
    this.expression = expression;
  }

  /** Returns the expression with formats; the number of lines stays the same. */
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

  /** Counts a parenthesis; returns the number of open ones in the current interpolation, or -1. */
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

  /**
   * Copies the text to the end of the string, or to an interpolation; returns true for the latter.
   */
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
