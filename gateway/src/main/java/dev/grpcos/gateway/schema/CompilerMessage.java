package dev.grpcos.gateway.schema;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A line of what protoc writes where it fails. Its wording is matched here alone.
 *
 * @param file the source or the import that it is about, by its name in the import folders
 * @param line from 1; 0 where it has no position
 * @param column from 1, of bytes, where a tab ends at a multiple of eight; 0 where it has none
 * @param name what the message names: a type, an option, or a file; empty if nothing
 * @param text the message without its position
 */
record CompilerMessage(Kind kind, String file, int line, int column, String name, String text) {
  private static final Pattern PLACED = Pattern.compile("(.+?):(\\d+):(\\d+): (.*)");
  private static final Pattern UNPLACED = Pattern.compile("(.+?): (.*)");

  /** What is wrong; the group of the pattern is the name. */
  enum Kind {
    /** The file is in no import folder. */
    FILE_NOT_FOUND("()File not found\\."),

    /**
     * An import has errors of its own, or is not there: the file may lack more than is reported.
     */
    IMPORT_NOT_READ("Import \"(.*)\" was not found or had errors\\."),

    /** No file that is read so far declares the type, which is taken for this name. */
    TYPE_NOT_DEFINED("\".*\" is resolved to \"(.+)\", which is not defined\\..*"),

    /** No file that is read so far declares the type. */
    NAME_NOT_DEFINED("\"\\.?(.+)\" is not defined\\."),

    /** Another file declares the type, which the file does not import. */
    NOT_IMPORTED("\".*\" seems to be defined in \"(.+)\", which is not imported by .*"),

    /** Another file has declared the type before. */
    ALREADY_DEFINED("\"(.+)\" is already defined in file .*"),

    /** An option, or a part of one, that nothing visible declares. */
    OPTION_NOT_DEFINED("Option \"(.+)\" unknown\\..*"),

    /** An extension in an option's value that nothing visible declares. */
    EXTENSION_NOT_DEFINED(
        "Error while parsing option value for \".*\": Extension \"(.+)\" is not defined or.*"),

    /** The type of an Any in an option's value that nothing visible declares. */
    ANY_TYPE_NOT_DEFINED(
        "Error while parsing option value for \".*\": Could not find type \"(.+)\" stored in.*"),

    /** A value that does not fit its option; which is no fault where a stand-in is the type. */
    VALUE_NOT_ACCEPTED(
        "()(Error while parsing option value|Option field|Option \".*\" is a message|Value must"
            + "|Enum type \".*\" has no value named).*"),

    /** The type is an enum, not a message: it has a default value. */
    DEFAULT_OF_MESSAGE("()Messages can't have default values\\."),

    /** The type is an enum, not a message: the field is packed. */
    PACKED_MESSAGE("()\\[packed = true] can only be specified for repeated primitive fields\\."),

    /** Anything else. */
    OTHER("().*");

    private final Pattern pattern;

    Kind(String pattern) {
      this.pattern = Pattern.compile(pattern);
    }
  }

  /** What the lines say that are messages. */
  static List<CompilerMessage> in(String output) {
    return output.lines().flatMap(CompilerMessage::parse).toList();
  }

  private static Stream<CompilerMessage> parse(String line) {
    Matcher placed = PLACED.matcher(line);
    if (placed.matches()) {
      return Stream.of(
          of(
              placed.group(1),
              Integer.parseInt(placed.group(2)),
              Integer.parseInt(placed.group(3)),
              placed.group(4)));
    }
    Matcher unplaced = UNPLACED.matcher(line);
    return unplaced.matches()
        ? Stream.of(of(unplaced.group(1), 0, 0, unplaced.group(2)))
        : Stream.empty();
  }

  private static CompilerMessage of(String file, int line, int column, String text) {
    for (Kind kind : Kind.values()) {
      Matcher matcher = kind.pattern.matcher(text);
      if (matcher.matches()) {
        return new CompilerMessage(kind, file, line, column, matcher.group(1), text);
      }
    }
    throw new IllegalStateException(text); // OTHER matches any line
  }
}
