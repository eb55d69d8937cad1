package dev.grpcos.cli.call;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.grpcos.cli.failure.CliException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logins of a netrc file. The file consists of words separated by white space: {@code
 * machine HOST} or {@code default}, followed by {@code login}, {@code password} and {@code
 * account}, each with a value.
 *
 * <p>A word in double quotes may contain spaces and curl's escapes. A {@code #} begins a comment
 * unless a value is expected, so a password may begin with it. An unexpected word may be part of an
 * unquoted password, so messages do not repeat it.
 *
 * @see <a href="https://curl.se/libcurl/c/CURLOPT_NETRC.html">the format as curl reads it</a>
 */
final class Netrc {
  private final String file;
  private final String text;
  private int position;
  private int line = 1;

  private final Map<String, Entry> machines = new HashMap<>();
  private @Nullable Entry byDefault;

  /** The values for one machine, and the line of its name. */
  private static final class Entry {
    final int line;
    @Nullable String login;
    @Nullable String password;

    Entry(int line) {
      this.line = line;
    }
  }

  private Netrc(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Returns the login for a host: the first entry that names it, or else the default entry.
   *
   * @param file the file's name, for messages
   * @return login and password, separated by a colon; null if there is no entry
   * @throws CliException USAGE if the file is invalid or the entry is incomplete
   */
  static @Nullable String credentials(String file, String text, String host) {
    Netrc netrc = new Netrc(file, text);
    netrc.read();
    Entry entry = netrc.machines.getOrDefault(host.toLowerCase(Locale.ROOT), netrc.byDefault);
    return entry == null ? null : netrc.pair(entry);
  }

  private String pair(Entry entry) {
    String login = entry.login;
    if (login == null || entry.password == null) {
      throw bad(
          entry.line,
          "the entry has no %1$s: add '%1$s VALUE' to it",
          login == null ? "login" : "password");
    }
    if (login.contains(":")) {
      throw bad(entry.line, "the login has a colon, which basic authorization cannot send");
    }
    return login + ":" + entry.password;
  }

  private void read() {
    Entry entry = null;
    for (String word = word(); word != null; word = word()) {
      String keyword = word.toLowerCase(Locale.ROOT);
      switch (keyword) {
        case "machine" -> {
          entry = new Entry(line);
          machines.putIfAbsent(value(keyword).toLowerCase(Locale.ROOT), entry);
        }
        case "default" -> {
          entry = new Entry(line);
          byDefault = byDefault == null ? entry : byDefault;
        }
        case "login" -> begun(entry, keyword).login = value(keyword);
        case "password" -> begun(entry, keyword).password = value(keyword);
        case "account" -> value(keyword);
        case "macdef" -> {
          value(keyword);
          skipLine();
          skipMacro();
        }
        default -> {
          if (!word.startsWith("#")) {
            throw bad(
                line,
                "expected machine, default, login, password, account or macdef: put values with"
                    + " spaces in double quotes");
          }
          skipLine();
        }
      }
    }
  }

  private Entry begun(@Nullable Entry entry, String keyword) {
    if (entry == null) {
      throw bad(line, "%s precedes the first machine: begin with 'machine HOST'", keyword);
    }
    return entry;
  }

  private String value(String keyword) {
    int begun = line;
    String value = word();
    if (value == null) {
      throw bad(begun, "the file ends before the value of %s", keyword);
    }
    return value;
  }

  /** Returns the next word, or null at the end. */
  private @Nullable String word() {
    while (position < text.length() && isSpace()) {
      line += text.charAt(position++) == '\n' ? 1 : 0;
    }
    if (position == text.length()) {
      return null;
    }
    if (text.charAt(position) == '"') {
      return quoted();
    }
    int start = position;
    while (position < text.length() && !isSpace()) {
      position++;
    }
    return text.substring(start, position);
  }

  private boolean isSpace() {
    return " \t\r\n".indexOf(text.charAt(position)) >= 0;
  }

  private String quoted() {
    StringBuilder word = new StringBuilder();
    position++;
    while (position < text.length() && text.charAt(position) != '\n') {
      char c = text.charAt(position++);
      if (c == '"') {
        return word.toString();
      }
      if (c == '\\' && position < text.length() && text.charAt(position) != '\n') {
        char escaped = text.charAt(position++);
        c =
            switch (escaped) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              default -> escaped;
            };
      }
      word.append(c);
    }
    throw bad(line, "a double quote is not closed: close it on the same line");
  }

  /** Skips the rest of the line, up to its line feed. */
  private void skipLine() {
    int end = text.indexOf('\n', position);
    position = end < 0 ? text.length() : end;
  }

  /** Skips a macro, which ends with a blank line. */
  private void skipMacro() {
    boolean blank = false;
    while (position < text.length() && !blank) {
      int start = ++position;
      line++;
      skipLine();
      blank = text.substring(start, position).isBlank();
    }
  }

  @FormatMethod
  private CliException bad(int at, @FormatString String why, Object... arguments) {
    return CliException.usage("%s, line %d: %s", file, at, String.format(why, arguments));
  }
}
