package dev.grpcos.gateway.json;

/**
 * The style of responses as JSON.
 *
 * @param pretty indented by two spaces a level, instead of on one line
 * @param emitDefaults whether fields without presence are written even at their defaults
 * @param enumNumbers enums as numbers instead of names
 * @param protoNames fields under their names in the .proto file instead of lowerCamelCase
 */
public record JsonStyle(
    boolean pretty, boolean emitDefaults, boolean enumNumbers, boolean protoNames) {
  /** One line, nothing added. */
  public static final JsonStyle COMPACT = new JsonStyle(false, false, false, false);
}
