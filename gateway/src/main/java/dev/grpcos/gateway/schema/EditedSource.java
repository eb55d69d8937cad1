package dev.grpcos.gateway.schema;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.grpcos.gateway.schema.SourceOptions.Listing;
import dev.grpcos.gateway.schema.SourceOptions.SourceOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proto source without some of its options. Spaces replace the options, so that all positions
 * stay the same. Not thread-safe.
 */
final class EditedSource {
  /** The width of a tab in the compiler's columns. */
  private static final int TAB = 8;

  private static final Pattern NAME = Pattern.compile("[.\\w]+");

  /** A field up to its options. */
  private static final Pattern FIELD = Pattern.compile("([.\\w]+)\\s+\\w+\\s*=\\s*\\w+\\s*$");

  private final SourceOptions source;
  private final StringBuilder text;
  private final Set<SourceOption> gone = new LinkedHashSet<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> imports = new HashSet<>();

  private EditedSource(String text) {
    this.text = new StringBuilder(text);
    source = SourceOptions.in(text);
  }

  static EditedSource read(Path file) throws IOException {
    return new EditedSource(Files.readString(file, ISO_8859_1));
  }

  /** Returns the source before anything was left out. */
  SourceOptions source() {
    return source;
  }

  /** Returns the names of the options that are left out, as the source writes them. */
  Set<String> leftOut() {
    return names;
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text, ISO_8859_1);
  }

  /** Returns the option at a position, or null. Line and column count from 1. */
  @Nullable SourceOption optionAt(int line, int column) {
    int offset = offset(line, column);
    return source.options().stream()
        .filter(option -> option.start() <= offset && offset < option.end())
        .filter(option -> !gone.contains(option))
        .findFirst()
        .orElse(null);
  }

  /** Returns the field's type name at a position, or an empty string if there is none. */
  String nameAt(int line, int column) {
    Matcher name = NAME.matcher(text).region(offset(line, column), text.length());
    return name.lookingAt() ? name.group() : "";
  }

  /** Returns the type name of the field that has this option, or an empty string. */
  String typeOfFieldWith(SourceOption option) {
    Listing list = source.listOf(option);
    Matcher field = FIELD.matcher(text.substring(0, list == null ? 0 : list.separators().get(0)));
    return field.find() ? field.group(1) : "";
  }

  boolean isEdited() {
    return !names.isEmpty() || !imports.isEmpty();
  }

  /** Adds an import at the end of the source. Returns false if the import was already added. */
  boolean addImport(String file) {
    if (imports.add(file)) {
      text.append("\nimport \"").append(file).append("\";");
      return true;
    }
    return false;
  }

  /** Leaves an option out. Returns false if it was already left out. */
  boolean leaveOut(SourceOption option) {
    if (!gone.add(option)) {
      return false;
    }
    names.add(option.name());
    blank(option.start(), option.end());
    Listing list = source.listOf(option);
    if (list != null) {
      blankSeparators(list);
    }
    return true;
  }

  /** Keeps the commas between the remaining options, and the brackets around them. */
  private void blankSeparators(Listing list) {
    List<Integer> separators = list.separators();
    boolean any = false;
    for (int i = 0; i < list.options().size(); i++) {
      boolean stays = !gone.contains(list.options().get(i));
      if (i > 0 && !(any && stays)) {
        blank(separators.get(i), separators.get(i) + 1);
      }
      any |= stays;
    }
    if (!any) {
      separators.forEach(separator -> blank(separator, separator + 1));
    }
  }

  /**
   * Leaves an extension or an Any out of an option's value.
   *
   * @param name the name in brackets: the extension, or the type of the Any
   * @return whether the value contains the name
   */
  boolean leaveOutOfValue(SourceOption option, String name) {
    SourceTokens tokens = new SourceTokens(text.substring(0, option.end()));
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.start(i) >= option.value() && tokens.is(i, "[")) {
        int close = tokens.closing(i);
        if (tokens.joined(i + 1, close).equals(name)) {
          blank(tokens.start(i), tokens.end(fieldEnd(tokens, close + 1)));
          names.add(option.name() + " [" + name + "]");
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the last token of a field whose name ends before this token. */
  private static int fieldEnd(SourceTokens tokens, int afterName) {
    int i = tokens.is(afterName, ":") ? afterName + 1 : afterName;
    switch (tokens.get(i)) {
      case "{", "[" -> i = tokens.closing(i);
      case "<" -> {
        int depth = 1;
        while (depth > 0 && i + 1 < tokens.size()) {
          i++;
          depth += tokens.is(i, "<") ? 1 : tokens.is(i, ">") ? -1 : 0;
        }
      }
      case "-" -> i++;
      default -> {
        while (isString(tokens.get(i)) && isString(tokens.get(i + 1))) {
          i++;
        }
      }
    }
    return tokens.is(i + 1, ",") || tokens.is(i + 1, ";") ? i + 1 : i;
  }

  private static boolean isString(String token) {
    return token.startsWith("\"") || token.startsWith("'");
  }

  private void blank(int start, int end) {
    for (int i = start; i < end && i < text.length(); i++) {
      if (text.charAt(i) > ' ') {
        text.setCharAt(i, ' ');
      }
    }
  }

  private int offset(int line, int column) {
    int offset = 0;
    for (int i = 1; i < line; i++) {
      offset = text.indexOf("\n", offset) + 1;
      if (offset == 0) {
        return text.length();
      }
    }
    int at = 0;
    while (at < column - 1 && offset < text.length()) {
      at += text.charAt(offset) == '\t' ? TAB - at % TAB : 1;
      offset++;
    }
    return offset;
  }
}
