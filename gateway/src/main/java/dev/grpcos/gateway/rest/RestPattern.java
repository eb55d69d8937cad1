package dev.grpcos.gateway.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path template of {@code google.api.http}, such as {@code /v1/{name=shelves/*}/books:get}.
 *
 * <p>The grammar is small. The class {@code PathTemplate} of Google's api-common has a larger one,
 * for resource names: it would read some paths as host names and identifiers, and it decodes all
 * variables alike.
 *
 * <p>The documentation of {@code google.api.http} permits {@code **} only at the end, but Google's
 * own services have it elsewhere.
 *
 * @param segments literals, {@code *} for one segment, and at most one {@code **} for any number
 * @param variables the variables, by the segments to which they are bound
 * @param verb the text after the colon at the end, or null
 * @see <a
 *     href="https://github.com/googleapis/googleapis/blob/master/google/api/http.proto">google.api.http</a>
 */
public record RestPattern(List<String> segments, List<Variable> variables, @Nullable String verb) {
  /** One segment. */
  public static final String ONE = "*";

  /** Any number of segments. */
  public static final String ANY = "**";

  /**
   * A variable.
   *
   * @param path the path of its field
   * @param from the index of its first segment
   * @param to the index after its last segment
   */
  public record Variable(String path, int from, int to) {}

  /**
   * Parses a template.
   *
   * @throws IllegalArgumentException if it is not valid, with the reason
   */
  public static RestPattern parse(String template) {
    return new Parser(template).parse();
  }

  /**
   * Returns the values of the variables for a path, decoded, or null if the path does not match.
   *
   * @param path begins with a slash, is not decoded
   */
  public @Nullable Map<String, String> match(String path) {
    String rest = path.substring(1);
    if (verb != null) {
      if (!rest.endsWith(":" + verb)) {
        return null;
      }
      rest = rest.substring(0, rest.length() - verb.length() - 1);
    }
    List<String> given = List.of(rest.split("/", -1));
    int fixed = segments.size();
    int open = segments.indexOf(ANY);
    int surplus = given.size() - fixed;
    if (open < 0 ? surplus != 0 : surplus < -1) {
      return null;
    }
    for (int i = 0; i < fixed; i++) {
      String segment = segments.get(i);
      String text = i == open ? "" : given.get(place(i, open, surplus));
      if (segment.equals(ONE)
          ? text.isEmpty()
          : i != open && !segment.equals(decode(text, false))) {
        return null;
      }
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (Variable variable : variables) {
      int from = place(variable.from(), open, surplus);
      int to = place(variable.to(), open, surplus);
      boolean hasOpen = variable.from() <= open && open < variable.to();
      // A slash that is part of a segment stays encoded where slashes separate segments.
      boolean several = hasOpen || variable.to() - variable.from() > 1;
      values.put(variable.path(), decode(String.join("/", given.subList(from, to)), several));
    }
    return values;
  }

  private static boolean isWildcard(String segment) {
    return segment.equals(ONE) || segment.equals(ANY);
  }

  /** Returns the number of literals, by which the more specific of two templates is chosen. */
  int literals() {
    return (int) segments.stream().filter(segment -> !isWildcard(segment)).count()
        + (verb == null ? 0 : 1);
  }

  /** Returns whether the path has any number of segments. */
  boolean isOpen() {
    return segments.contains(ANY);
  }

  /** Returns the template with a parameter for each wildcard, as OpenAPI has it. */
  public String openApi() {
    StringBuilder path = new StringBuilder();
    List<String> names = parameters();
    int next = 0;
    for (String segment : segments) {
      path.append('/').append(isWildcard(segment) ? "{" + names.get(next++) + "}" : segment);
    }
    return verb == null ? path.toString() : path + ":" + verb;
  }

  /**
   * Returns the names of the parameters in {@link #openApi}, in order. A parameter has the name of
   * its variable, with a number if the variable has several wildcards. Dots become underscores,
   * because some tools replace parameters by format strings, in which dots have a meaning.
   */
  public List<String> parameters() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < segments.size(); i++) {
      if (isWildcard(segments.get(i))) {
        String name = parameter(i).replace('.', '_');
        while (names.contains(name)) {
          name += "_";
        }
        names.add(name);
      }
    }
    return names;
  }

  private String parameter(int segment) {
    for (Variable variable : variables) {
      if (variable.from() <= segment && segment < variable.to()) {
        long wildcards = wildcards(variable.from(), variable.to());
        return wildcards == 1
            ? variable.path()
            : variable.path() + "_" + (wildcards(variable.from(), segment) + 1);
      }
    }
    return "segment_" + (wildcards(0, segment) + 1);
  }

  private long wildcards(int from, int to) {
    return segments.subList(from, to).stream().filter(RestPattern::isWildcard).count();
  }

  /** Returns the index that a segment of the template has in a path. */
  private static int place(int segment, int open, int surplus) {
    return open >= 0 && segment > open ? segment + surplus : segment;
  }

  /** Decodes percent-encoded UTF-8. A malformed code stays as it is. */
  private static String decode(String text, boolean keepsSlashes) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      int value = high << 4 | low;
      if (bytes[i] == '%' && high >= 0 && low >= 0 && !(keepsSlashes && value == '/')) {
        decoded.write(value);
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(UTF_8);
  }

  private static final class Parser {
    private final String template;
    private final List<String> segments = new ArrayList<>();
    private final List<Variable> variables = new ArrayList<>();
    private int at;

    Parser(String template) {
      this.template = template;
    }

    RestPattern parse() {
      do {
        expect('/');
        segment();
      } while (at < template.length() && template.charAt(at) == '/');
      String verb = null;
      if (at < template.length()) {
        expect(':');
        verb = template.substring(at);
        if (verb.isEmpty() || verb.indexOf('/') >= 0 || verb.indexOf('{') >= 0) {
          throw invalid("its verb is '" + verb + "'");
        }
      }
      if (segments.indexOf(ANY) != segments.lastIndexOf(ANY)) {
        throw invalid("it has ** twice");
      }
      return new RestPattern(List.copyOf(segments), List.copyOf(variables), verb);
    }

    private void segment() {
      if (at < template.length() && template.charAt(at) == '{') {
        variable();
      } else {
        simple("/:{}");
      }
    }

    private void variable() {
      expect('{');
      int start = at;
      while (at < template.length() && "=}".indexOf(template.charAt(at)) < 0) {
        at++;
      }
      String path = template.substring(start, at);
      if (!path.matches("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*")) {
        throw invalid("'" + path + "' is not the path of a field");
      }
      int from = segments.size();
      if (at < template.length() && template.charAt(at) == '=') {
        do {
          at++;
          simple("/}");
        } while (at < template.length() && template.charAt(at) == '/');
      } else {
        segments.add(ONE);
      }
      expect('}');
      variables.add(new Variable(path, from, segments.size()));
    }

    /** Reads a literal or wildcard up to one of these characters. */
    private void simple(String ends) {
      int start = at;
      while (at < template.length() && ends.indexOf(template.charAt(at)) < 0) {
        at++;
      }
      String text = template.substring(start, at);
      if (text.isEmpty() && template.length() > 1) {
        throw invalid("it has an empty segment");
      }
      segments.add(text);
    }

    private void expect(char c) {
      if (at >= template.length() || template.charAt(at) != c) {
        throw invalid("'%c' is missing at position %d".formatted(c, at));
      }
      at++;
    }

    private IllegalArgumentException invalid(String reason) {
      return new IllegalArgumentException("path template %s: %s".formatted(template, reason));
    }
  }
}
