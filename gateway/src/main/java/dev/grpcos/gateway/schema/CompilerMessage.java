package dev.grpcos.gateway.schema;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One line of protoc's error output. Only this class matches the wording of protoc.
 *
 * @param file the name of the faulty source, or of the faulty import, in the import folders
 * @param line counts from 1; 0 if the message has no position
 * @param column counts bytes from 1, with a tab stop after every eight columns; 0 if the message
 *     has no position
 * @param name the type, option or file that the message names; empty if it names none
 * @param text the message without its position
 */
record CompilerMessage(
    MessageKind kind, String file, int line, int column, String name, String text) {
  private static final Pattern PLACED = Pattern.compile("(.+?):(\\d+):(\\d+): (.*)");
  private static final Pattern UNPLACED = Pattern.compile("(.+?): (.*)");

  /** The kind of problem. The group of the pattern is the name. */
  enum MessageKind {
    /** The file is in no import folder. */
    FILE_NOT_FOUND("()File not found\\."),

    /** An import is missing or has errors. The file may lack more than the compiler reports. */
    IMPORT_NOT_READ("Import \"(.*)\" was not found or had errors\\."),

    /** No file read so far declares the type; protoc resolved the reference to this name. */
    TYPE_NOT_DEFINED("\".*\" is resolved to \"(.+)\", which is not defined\\..*"),

    /** No file read so far declares the type. */
    NAME_NOT_DEFINED("\"\\.?(.+)\" is not defined\\."),

    /** Another file declares the type, and the source does not import that file. */
    NOT_IMPORTED("\".*\" seems to be defined in \"(.+)\", which is not imported by .*"),

    /** Another file already declares the type. */
    ALREADY_DEFINED("\"(.+)\" is already defined in file .*"),

    /** No visible file declares the option, or a part of it. */
    OPTION_NOT_DEFINED("Option \"(.+)\" unknown\\..*"),

    /** No visible file declares an extension in the value of an option. */
    EXTENSION_NOT_DEFINED(
        "Error while parsing option value for \".*\": Extension \"(.+)\" is not defined or.*"),

    /** No visible file declares the type of an Any in the value of an option. */
    ANY_TYPE_NOT_DEFINED(
        "Error while parsing option value for \".*\": Could not find type \"(.+)\" stored in.*"),

    /** A value does not fit its option. This is not an error if the type is a stand-in. */
    VALUE_NOT_ACCEPTED(
        "()(Error while parsing option value|Option field|Option \".*\" is a message|Value must"
            + "|Enum type \".*\" has no value named).*"),

    /** The type is an enum, not a message, because the field has a default value. */
    DEFAULT_OF_MESSAGE("()Messages can't have default values\\."),

    /** The type is an enum, not a message, because the field is packed. */
    PACKED_MESSAGE("()\\[packed = true] can only be specified for repeated primitive fields\\."),

    /** Any other message. */
    OTHER("().*");

    private final Pattern pattern;

    MessageKind(String pattern) {
      this.pattern = Pattern.compile(pattern);
    }
  }

  /** Returns the messages in the output, one for each line. */
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
    for (MessageKind kind : MessageKind.values()) {
      Matcher matcher = kind.pattern.matcher(text);
      if (matcher.matches()) {
        return new CompilerMessage(kind, file, line, column, matcher.group(1), text);
      }
    }
    throw new IllegalStateException(text); // OTHER matches any line
  }
}
