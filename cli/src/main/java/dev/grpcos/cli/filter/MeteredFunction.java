package dev.grpcos.cli.filter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/** A jq function whose calls and results the meter counts as steps. */
record MeteredFunction(Function function, Meter meter) implements Function {
  @Override
  public void apply(
      Scope scope,
      List<Expression> arguments,
      JsonNode in,
      @Nullable Path path,
      PathOutput output,
      Version version)
      throws JsonQueryException {
    meter.step();
    function.apply(
        scope,
        arguments,
        in,
        path,
        (value, valuePath) -> {
          meter.step();
          output.emit(value, valuePath);
        },
        version);
  }
}
