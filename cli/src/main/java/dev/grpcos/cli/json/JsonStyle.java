package dev.grpcos.cli.json;

/**
 * How responses look as JSON.
 *
 * @param pretty indented by two spaces a level, not all on one line
 * @param emitDefaults also fields at their defaults, where the field can't tell default from unset
 * @param enumNumbers enums as their numbers, not their names
 * @param protoNames fields by their names in the .proto file, not in lowerCamelCase
 */
public record JsonStyle(
    boolean pretty, boolean emitDefaults, boolean enumNumbers, boolean protoNames) {
  /** One line, nothing added. */
  public static final JsonStyle COMPACT = new JsonStyle(false, false, false, false);
}
