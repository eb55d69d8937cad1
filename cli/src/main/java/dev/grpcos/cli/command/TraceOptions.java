package dev.grpcos.cli.command;

import dev.grpcos.cli.call.TraceVariables;
import dev.grpcos.cli.invocation.Invocation;
import io.grpc.Metadata;
import java.util.List;
import picocli.CommandLine.Option;

/** The option for the trace that calls continue. */
final class TraceOptions {
  @Option(
      names = "--no-trace",
      description =
          "Do not send the variables TRACEPARENT, TRACESTATE and BAGGAGE as metadata of the calls.")
  boolean omitted;

  /**
   * Adds the trace of the caller's environment to metadata of calls, apart from keys that it or the
   * other metadata has.
   *
   * @param other further metadata of the same calls
   * @return a note for each variable that is ignored
   */
  List<String> add(Metadata metadata, Metadata other, Invocation invocation) {
    return omitted ? List.of() : new TraceVariables(invocation::environment).addTo(metadata, other);
  }
}
