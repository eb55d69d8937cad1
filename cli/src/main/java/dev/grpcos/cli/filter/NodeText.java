package dev.grpcos.cli.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.grpcos.cli.json.JsonText;
import java.util.Iterator;
import java.util.Map;

/** Writes what a filter gives the way responses are written, with their escapes and numbers. */
final class NodeText {
  private NodeText() {}

  static void write(JsonNode node, JsonText text) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        text.put('{');
        Iterator<Map.Entry<String, JsonNode>> members = node.properties().iterator();
        while (members.hasNext()) {
          Map.Entry<String, JsonNode> member = members.next();
          text.quoted(member.getKey());
          text.put(':');
          write(member.getValue(), text);
          if (members.hasNext()) {
            text.put(',');
          }
        }
        text.put('}');
      }
      case ARRAY -> {
        text.put('[');
        for (int i = 0; i < node.size(); i++) {
          if (i > 0) {
            text.put(',');
          }
          write(node.get(i), text);
        }
        text.put(']');
      }
      case NUMBER -> text.put(number(node));
      case BOOLEAN -> text.put(node.booleanValue() ? "true" : "false");
      case NULL, MISSING -> text.put("null");
      case STRING, BINARY, POJO -> text.quoted(node.asText());
    }
  }

  /** As jq does, which has no JSON for what is not finite: null, or the largest number. */
  private static String number(JsonNode node) {
    double value = node.doubleValue();
    if (node.isIntegralNumber() || Double.isFinite(value)) {
      return node.asText();
    }
    return Double.isNaN(value) ? "null" : Double.toString(Math.copySign(Double.MAX_VALUE, value));
  }
}
