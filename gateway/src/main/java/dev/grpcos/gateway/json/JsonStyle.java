package dev.grpcos.gateway.json;

/**
 * The JSON style of responses.
 *
 * @param pretty indent by two spaces for each level, instead of one line
 * @param emitDefaults write fields without presence even if they have default values
 * @param enumNumbers write enums as numbers instead of names
 * @param protoNames use the field names of the .proto file instead of lowerCamelCase
 */
public record JsonStyle(
    boolean pretty, boolean emitDefaults, boolean enumNumbers, boolean protoNames) {
  /** One line without additions. */
  public static final JsonStyle COMPACT = new JsonStyle(false, false, false, false);
}
