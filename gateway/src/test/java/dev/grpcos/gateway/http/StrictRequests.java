package dev.grpcos.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of a connection as strictly as RFC 9112 permits, from all their bytes at once.
 * A decoder that reads other requests from the same bytes can be used for request smuggling.
 */
final class StrictRequests {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e\\x80-\\xff]+) (HTTP/[0-9]\\.[0-9])");
  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*");
  private static final Pattern CHUNK =
      Pattern.compile("([0-9A-Fa-f]{1,8})([ \\t]*;[\\t\\x20-\\x7e\\x80-\\xff]*)?");

  private final String bytes;
  private int at;

  /** Creates a reader of bytes, one in each character. */
  private StrictRequests(String bytes) {
    this.bytes = bytes;
  }

  /** Returns the complete requests before the first error, each as a line and a body. */
  static List<String> of(String bytes) {
    StrictRequests reader = new StrictRequests(bytes);
    List<String> requests = new ArrayList<>();
    for (String next = reader.next(); next != null; next = reader.next()) {
      requests.add(next);
    }
    return requests;
  }

  private @Nullable String next() {
    while (at < bytes.length() && "\r\n".indexOf(bytes.charAt(at)) >= 0) {
      at++;
    }
    String line = line();
    if (line == null || !LINE.matcher(line).matches()) {
      return null;
    }
    List<String> lengths = new ArrayList<>();
    List<String> codings = new ArrayList<>();
    if (!fields(lengths, codings)) {
      return null;
    }
    String body = body(lengths, codings);
    return body == null ? null : line + "\n" + body;
  }

  private @Nullable String body(List<String> lengths, List<String> codings) {
    if (!codings.isEmpty()) {
      return lengths.isEmpty() && codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked")
          ? chunks()
          : null;
    }
    if (lengths.isEmpty()) {
      return "";
    }
    return lengths.size() == 1 && lengths.get(0).matches("[0-9]{1,9}")
        ? take(Integer.parseInt(lengths.get(0)))
        : null;
  }

  private @Nullable String chunks() {
    StringBuilder body = new StringBuilder();
    while (true) {
      String line = line();
      Matcher chunk = line == null ? null : CHUNK.matcher(line);
      if (chunk == null || !chunk.matches()) {
        return null;
      }
      long size = Long.parseLong(chunk.group(1), 16);
      if (size == 0) {
        return fields(new ArrayList<>(), new ArrayList<>()) ? body.toString() : null;
      }
      String part = size > bytes.length() ? null : take((int) size);
      if (part == null || !"\r\n".equals(take(2))) {
        return null;
      }
      body.append(part);
    }
  }

  /** Reads header or trailer fields with their empty line; returns whether they are valid. */
  private boolean fields(List<String> lengths, List<String> codings) {
    while (true) {
      String line = line();
      if (line == null) {
        return false;
      }
      if (line.isEmpty()) {
        return true;
      }
      Matcher field = FIELD.matcher(line);
      if (!field.matches()) {
        return false;
      }
      if (field.group(1).equalsIgnoreCase("content-length")) {
        lengths.add(field.group(2));
      } else if (field.group(1).equalsIgnoreCase("transfer-encoding")) {
        codings.add(field.group(2));
      }
    }
  }

  /** Returns the text up to CR and LF, or null if there are none. */
  private @Nullable String line() {
    int end = bytes.indexOf("\r\n", at);
    String line = end < 0 ? null : bytes.substring(at, end);
    at = end < 0 ? bytes.length() : end + 2;
    return line;
  }

  private @Nullable String take(int count) {
    if (count > bytes.length() - at) {
      return null;
    }
    at += count;
    return bytes.substring(at - count, at);
  }
}
