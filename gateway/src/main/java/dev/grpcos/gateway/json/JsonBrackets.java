package dev.grpcos.gateway.json;

/** Writes the brackets, the keys and the indentation of JSON objects to a text. */
final class JsonBrackets {
  private final JsonText out;
  private final boolean pretty;
  private int depth;

  JsonBrackets(JsonText out, boolean pretty) {
    this.out = out;
    this.pretty = pretty;
  }

  /** Begins a new text. */
  void clear() {
    out.clear();
    depth = 0;
  }

  /** Returns the number of open brackets. */
  int depth() {
    return depth;
  }

  void begin(char bracket) {
    out.put(bracket);
    depth++;
  }

  /**
   * Ends what the last bracket began.
   *
   * @param some whether there is something between the brackets
   */
  void end(char bracket, boolean some) {
    depth--;
    if (some) {
      newLine();
    }
    out.put(bracket);
  }

  /** Writes a key with its quotes, and a colon. */
  void key(String quoted) {
    out.put(quoted);
    colon();
  }

  void colon() {
    out.put(pretty ? ": " : ":");
  }

  void newLine() {
    if (pretty) {
      out.put('\n');
      for (int i = 0; i < depth; i++) {
        out.put("  ");
      }
    }
  }
}
