package dev.grpcos.cli.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.filter.JsonPath.Each;
import dev.grpcos.cli.filter.JsonPath.Field;
import dev.grpcos.cli.filter.JsonPath.Index;
import dev.grpcos.cli.filter.JsonPath.PathStep;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Replaces JSON values by the parts that a path selects, in one pass over the text. Its results and
 * messages are those of {@link JqFilter}. Not thread-safe.
 */
final class PathFilter implements JsonSink {
  /** No limits on values, because protobuf has its own limits. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNestingDepth(10_000)
                  .build())
          .build();

  /** The length to which the interpreter shortens a value in a message. */
  private static final int SHOWN = 14;

  private final List<PathStep> steps;
  private final String subject;
  private final FilterOutput output;
  private final JsonText text = new JsonText();
  private long values;

  PathFilter(JsonPath path, String subject, FilterOutput output) {
    this.steps = path.steps();
    this.subject = subject;
    this.output = output;
  }

  @Override
  public void write(JsonText value, OutputStream stream) throws IOException {
    values++;
    try (JsonParser parser = FACTORY.createParser(value.array(), 0, value.length())) {
      parser.nextToken();
      select(parser, 0, stream);
    }
  }

  /** Applies the steps from this one on to the value that begins at the parser's token. */
  private void select(JsonParser parser, int step, OutputStream stream) throws IOException {
    if (step == steps.size()) {
      emit(parser, stream);
    } else if (steps.get(step) instanceof Field field) {
      member(parser, field.name(), step + 1, stream);
    } else if (steps.get(step) instanceof Index index) {
      element(parser, index.index(), step + 1, stream);
    } else {
      each(parser, step + 1, stream);
    }
  }

  private void member(JsonParser parser, String name, int next, OutputStream stream)
      throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      select(parser, next, stream);
      return;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw failed("cannot index %s with string \"%s\"".formatted(type(parser), name));
    }
    boolean found = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      boolean matches = !found && parser.currentName().equals(name);
      parser.nextToken();
      if (matches) {
        found = true;
        select(parser, next, stream);
      } else {
        parser.skipChildren();
      }
    }
    if (!found) {
      missing(next, stream);
    }
  }

  private void element(JsonParser parser, int index, int next, OutputStream stream)
      throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      select(parser, next, stream);
      return;
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw failed("cannot index %s with number".formatted(type(parser)));
    }
    int position = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (position++ == index) {
        select(parser, next, stream);
      } else {
        parser.skipChildren();
      }
    }
    if (position <= index) {
      missing(next, stream);
    }
  }

  private void each(JsonParser parser, int next, OutputStream stream) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        select(parser, next, stream);
      }
    } else if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        parser.nextToken();
        select(parser, next, stream);
      }
    } else {
      String type = type(parser);
      text.clear();
      copy(parser);
      String shown = text.toString();
      throw failed(
          "cannot iterate over %s (%s)"
              .formatted(
                  type, shown.length() > SHOWN ? shown.substring(0, SHOWN - 3) + "..." : shown));
    }
  }

  /** Applies the steps from this one on to null. */
  private void missing(int step, OutputStream stream) throws IOException {
    for (PathStep rest : steps.subList(step, steps.size())) {
      if (rest instanceof Each) {
        throw failed("cannot iterate over null (null)");
      }
    }
    text.clear();
    text.put("null");
    output.write(text, stream);
  }

  private void emit(JsonParser parser, OutputStream stream) throws IOException {
    if (output.raw() && parser.currentToken() == JsonToken.VALUE_STRING) {
      output.write(parser.getText(), stream);
      return;
    }
    text.clear();
    copy(parser);
    output.write(text, stream);
  }

  private void copy(JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        char before = '{';
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          text.put(before);
          text.quoted(parser.currentName());
          text.put(':');
          parser.nextToken();
          copy(parser);
          before = ',';
        }
        text.put(before == '{' ? "{}" : "}");
      }
      case START_ARRAY -> {
        char before = '[';
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          text.put(before);
          copy(parser);
          before = ',';
        }
        text.put(before == '[' ? "[]" : "]");
      }
      case VALUE_STRING -> text.quoted(parser.getText());
      case VALUE_NUMBER_INT -> text.put(parser.getNumberValue().toString());
      case VALUE_NUMBER_FLOAT -> text.put(NodeText.number(parser.getDoubleValue()));
      default -> text.put(parser.getText());
    }
  }

  private static String type(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "object";
      case START_ARRAY -> "array";
      case VALUE_STRING -> "string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
      case VALUE_NULL -> "null";
      default -> "boolean";
    };
  }

  private CliException failed(String reason) {
    return CliException.failure("--jq failed on %s %d: %s", subject, values, reason);
  }
}
