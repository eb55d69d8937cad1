package dev.grpcos.gateway.json;

import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;

/**
 * Writes JSON values on one line each, or indented like {@link ResponseWriter}, with or without
 * ANSI colours. Keeps the white space inside strings. Not thread-safe.
 */
public final class JsonLayout implements JsonSink {
  private static final String KEY = "\u001b[34;1m";
  private static final String STRING = "\u001b[32m";
  private static final String NULL = "\u001b[90m";
  private static final String SCALAR = "\u001b[36m";
  private static final String RESET = "\u001b[0m";

  private final boolean pretty;
  private final boolean coloured;
  private final JsonText out = new JsonText();

  /** The levels of nesting that are objects. */
  private final BitSet objects = new BitSet();

  private int depth;
  private int indent;

  public JsonLayout(boolean pretty, boolean coloured) {
    this.pretty = pretty;
    this.coloured = coloured;
  }

  @Override
  public void write(JsonText value, OutputStream stream) throws IOException {
    out.clear();
    if (pretty || coloured) {
      layOut(value.array(), value.length());
    } else {
      out.put(value);
    }
    out.put('\n');
    stream.write(out.array(), 0, out.length());
  }

  private void layOut(byte[] json, int length) {
    depth = 0;
    indent = 0;
    boolean key = false;
    int i = 0;
    while (i < length) {
      char c = (char) json[i];
      int end = i + 1;
      switch (c) {
        case '{', '[' -> {
          open(c, json[end] == (c == '{' ? '}' : ']'));
          key = c == '{';
        }
        case '}', ']' -> close(c, json[i - 1] == (c == '}' ? '{' : '['));
        case ',' -> {
          key = objects.get(depth);
          comma(key);
        }
        case ':' -> {
          out.put(pretty ? ": " : ":");
          key = false;
        }
        case ' ', '\n' -> out.put(c); // of a value that is already formatted
        case '"' -> {
          end = endOfString(json, i);
          scalar(key ? KEY : STRING, json, i, end);
        }
        default -> {
          while (end < length && ",]}".indexOf(json[end]) < 0) {
            end++;
          }
          scalar(c == 'n' ? NULL : SCALAR, json, i, end);
        }
      }
      i = end;
    }
  }

  private void open(char bracket, boolean empty) {
    out.put(bracket);
    depth++;
    objects.set(depth, bracket == '{');
    if (bracket == '{') {
      indent++;
      if (!empty) {
        newLine();
      }
    }
  }

  private void close(char bracket, boolean empty) {
    depth--;
    if (bracket == '}') {
      indent--;
      if (!empty) {
        newLine();
      }
    }
    out.put(bracket);
  }

  private void comma(boolean inObject) {
    out.put(',');
    if (inObject) {
      newLine();
    } else if (pretty) {
      out.put(' ');
    }
  }

  private void scalar(String colour, byte[] json, int from, int end) {
    if (coloured) {
      out.put(colour);
    }
    out.put(json, from, end - from);
    if (coloured) {
      out.put(RESET);
    }
  }

  private static int endOfString(byte[] json, int from) {
    int i = from + 1;
    while (json[i] != '"') {
      i += json[i] == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  private void newLine() {
    if (pretty) {
      out.put('\n');
      for (int i = 0; i < indent; i++) {
        out.put("  ");
      }
    }
  }
}
