package dev.grpcos.cli.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.grpcos.gateway.json.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * A jq function that converts numbers to text. It writes them as in the output; the interpreter
 * would write {@code 2.0E-5}.
 */
record TextFunction(Function function) implements Function {
  /** Functions whose result is the JSON of their input, or the input itself if it is a string. */
  private static final Set<String> JSON = Set.of("tojson/0", "tostring/0");

  /** Functions that format numbers of their input as text. */
  private static final Set<String> FORMATS =
      Set.of("@csv/0", "@tsv/0", "@html/0", "@uri/0", "@sh/0", "@base64/0", "@base32/0", "join/1");

  /** Returns the replacement of an interpreter's function. */
  static Function replacing(String name, Function function) {
    if (JSON.contains(name)) {
      boolean keepsStrings = name.equals("tostring/0");
      return (scope, arguments, in, path, output, version) ->
          output.emit(keepsStrings && in.isTextual() ? in : new TextNode(json(in)), null);
    }
    return FORMATS.contains(name) ? new TextFunction(function) : function;
  }

  @Override
  public void apply(
      Scope scope,
      List<Expression> arguments,
      JsonNode in,
      @Nullable Path path,
      PathOutput output,
      Version version)
      throws JsonQueryException {
    function.apply(scope, arguments, withNumberText(in), path, output, version);
  }

  private static String json(JsonNode node) {
    JsonText text = new JsonText();
    NodeText.write(node, text);
    return text.toString();
  }

  private static JsonNode withNumberText(JsonNode node) {
    if (node.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
      node.forEach(element -> array.add(withNumberText(element)));
      return array;
    } else if (node.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        object.set(member.getKey(), withNumberText(member.getValue()));
      }
      return object;
    }
    return node.isFloatingPointNumber() ? new NumberNode(node.doubleValue()) : node;
  }
}
