package dev.grpcos.cli.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Output;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import org.jspecify.annotations.Nullable;

/**
 * Replaces JSON values by the results of a jq expression.
 *
 * <p>The language is that of jq 1.6, without {@code env} and {@code $ENV}, because the environment
 * may be that of the gateway. Arithmetic is on doubles, as in jq; other integers keep their digits,
 * and protobuf's 64-bit integers are strings in JSON. Numbers are written as {@link
 * dev.grpcos.gateway.json.NumberText} does. {@link Meter} defines the limits. Not thread-safe.
 */
final class JqFilter implements JsonSink {
  /** No limits on values, because protobuf has its own limits. */
  private static final StreamReadConstraints UNBOUNDED =
      StreamReadConstraints.builder()
          .maxStringLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .maxNestingDepth(10_000)
          .build();

  private final JsonQuery query;
  private final String subject;
  private final FilterOutput results;
  private final Meter meter = new Meter();
  private final Scope scope = Scope.newEmptyScope();
  private final ObjectMapper reader =
      new ObjectMapper(JsonFactory.builder().streamReadConstraints(UNBOUNDED).build())
          .setNodeFactory(new NumberNodes());
  private final JsonText text = new JsonText();
  private long values;

  private JqFilter(JsonQuery query, String subject, FilterOutput results) {
    this.query = query;
    this.subject = subject;
    this.results = results;
    BuiltinFunctionLoader.getInstance()
        .listFunctions(Versions.JQ_1_6, scope)
        .forEach(
            (name, function) ->
                scope.addFunction(
                    name, new MeteredFunction(TextFunction.replacing(name, function), meter)));
  }

  /**
   * Returns a filter.
   *
   * @param subject the name of a value in messages: {@code response}
   * @throws CliException USAGE if the expression is invalid, with the position
   */
  static JqFilter compile(String expression, String subject, FilterOutput results) {
    JsonQuery query;
    try {
      query = JsonQuery.compile(expression, Versions.JQ_1_6);
      query = withFormats(expression, query);
    } catch (JsonQueryException e) {
      throw CompileError.of(expression, e);
    } catch (StackOverflowError e) {
      throw CliException.usage("--jq: the expression is nested too deep");
    }
    JqFilter filter = new JqFilter(query, subject, results);
    filter.checkNames();
    return filter;
  }

  /** Returns the query with formats before its interpolated strings, if the grammar permits it. */
  private static JsonQuery withFormats(String expression, JsonQuery original) {
    String formatted = Interpolation.withFormats(expression);
    if (formatted.equals(expression)) {
      return original;
    }
    try {
      return JsonQuery.compile(formatted, Versions.JQ_1_6);
    } catch (JsonQueryException e) {
      return original; // a string is at a place that permits no format, such as a key
    }
  }

  /**
   * Runs the filter on null to find unknown names, because jackson-jq does not resolve names
   * earlier: a mistyped function should be reported before any call is made. Other errors and
   * results are ignored, because they may be different for other values.
   */
  private void checkNames() {
    meter.begin(0);
    try {
      query.apply(
          scope,
          NullNode.getInstance(),
          result -> {
            throw new FirstResult();
          });
    } catch (JsonQueryException e) {
      if (String.valueOf(e.getMessage()).endsWith(" does not exist")
          || String.valueOf(e.getMessage()).endsWith(" is not defined")) {
        throw CliException.usage("--jq: %s", lowerFirst(e.getMessage()));
      }
    } catch (CliException | FirstResult | StackOverflowError e) {
      return;
    }
  }

  private static final class FirstResult extends RuntimeException {
    private static final long serialVersionUID = 1;

    FirstResult() {
      super(null, null, false, false);
    }
  }

  @Override
  public void write(JsonText value, OutputStream stream) throws IOException {
    values++;
    meter.begin(value.length());
    Output output =
        result -> {
          write(result, stream);
          meter.renew();
        };
    try {
      query.apply(scope, reader.readTree(value.array(), 0, value.length()), output);
    } catch (JsonQueryException e) {
      throw failed(e, lowerFirst(e.getMessage()));
    } catch (StackOverflowError e) {
      throw failed(e, "it recurses too deep");
    } catch (OutOfMemoryError e) {
      // A value of the filter was too large; it is no longer reachable.
      throw failed(
          e,
          "it needs more than %d MiB of memory, which is the limit; select less, or filter the responses with jq"
              .formatted(Runtime.getRuntime().maxMemory() >> 20));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void write(JsonNode result, OutputStream stream) {
    text.clear();
    try {
      if (results.raw() && result.isTextual()) {
        results.write(result.textValue(), stream);
      } else {
        NodeText.write(result, text);
        results.write(text, stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the interpreter permits no other exception
    }
  }

  private CliException failed(Throwable cause, String reason) {
    return CliException.failure(cause, "--jq failed on %s %d: %s", subject, values, reason);
  }

  static String lowerFirst(@Nullable String text) {
    return text == null || text.isEmpty()
        ? "no reason given"
        : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
