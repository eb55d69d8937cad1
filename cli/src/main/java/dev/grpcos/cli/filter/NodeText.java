package dev.grpcos.cli.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.NumberText;
import java.util.Iterator;
import java.util.Map;

/** Writes the results of a filter in the format of responses, with the same escapes and numbers. */
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

  private static String number(JsonNode node) {
    if (node instanceof NumberNode) {
      return node.asText();
    }
    // The interpreter makes integers of doubles, with more digits than a double has.
    boolean exact = node.isIntegralNumber() && NumberNodes.isExact(node.longValue());
    return exact ? node.asText() : number(node.doubleValue());
  }

  /** Returns the text of a number. As in jq, NaN is null and infinity is the largest number. */
  static String number(double number) {
    if (Double.isNaN(number)) {
      return "null";
    }
    return NumberText.of(
        Double.isInfinite(number) ? Math.copySign(Double.MAX_VALUE, number) : number);
  }
}
