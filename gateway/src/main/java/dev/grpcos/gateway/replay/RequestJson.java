package dev.grpcos.gateway.replay;

import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNull;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.Comparator;
import java.util.List;

/**
 * A request for comparisons.
 *
 * @param value the JSON without secrets and ignored fields
 * @param text the same as text with sorted keys, which equal requests have in common
 */
record RequestJson(JsonValue value, String text) {
  static RequestJson of(JsonValue value) {
    JsonText text = new JsonText();
    append(value, text);
    return new RequestJson(value, text.toString());
  }

  /** Returns the text of a value. */
  static String text(JsonValue value) {
    return of(value).text;
  }

  private static void append(JsonValue value, JsonText text) {
    if (value instanceof JsonObject object) {
      List<Member> members =
          object.members().stream().sorted(Comparator.comparing(Member::key)).toList();
      text.put('{');
      for (int i = 0; i < members.size(); i++) {
        text.put(i == 0 ? "" : ",");
        text.quoted(members.get(i).key());
        text.put(':');
        append(members.get(i).value(), text);
      }
      text.put('}');
    } else if (value instanceof JsonArray array) {
      text.put('[');
      for (int i = 0; i < array.elements().size(); i++) {
        text.put(i == 0 ? "" : ",");
        append(array.elements().get(i), text);
      }
      text.put(']');
    } else if (value instanceof JsonString string) {
      text.quoted(string.text());
    } else if (value instanceof JsonNumber number) {
      text.put(number.text());
    } else if (value instanceof JsonBoolean truth) {
      text.put(Boolean.toString(truth.value()));
    } else if (value instanceof JsonNull) {
      text.put("null");
    }
  }
}
