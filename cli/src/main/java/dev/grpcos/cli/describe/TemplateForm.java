package dev.grpcos.cli.describe;

import java.util.Map;

/**
 * The form of a request template.
 *
 * @param protoNames whether fields have their names in the .proto file instead of lowerCamelCase
 * @param comments whether comments show what can be filled in: the alternatives of a oneof, the
 *     values of an enum, elements, and the comments of the .proto file. The text is then no JSON.
 * @param choices the field to show for a oneof, both by name; other oneofs are left unset
 */
public record TemplateForm(boolean protoNames, boolean comments, Map<String, String> choices) {
  /** JSON without choices, with names in lowerCamelCase. */
  public static final TemplateForm JSON = new TemplateForm(false, false, Map.of());

  public TemplateForm {
    choices = Map.copyOf(choices);
  }
}
