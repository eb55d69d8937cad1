package dev.grpcos.cli.command;

import com.google.common.base.Suppliers;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallHeaders;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.grpcurl.GrpcurlDryRun;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.CurlPrinter;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.RequestOutput;
import dev.grpcos.cli.output.RequestPrinter;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.text.DurationText;
import java.time.Duration;
import java.util.function.Supplier;

/** Prints the requests of {@code call --dry-run} instead of sending them. */
final class DryRunPrinter {
  private final DryRun form;
  private final CallCommand options;
  private final CommandContext context;
  private final Supplier<JsonSink> filter;

  DryRunPrinter(DryRun form, CallCommand options, CommandContext context) {
    this.form = form;
    this.options = options;
    this.context = context;
    this.filter = Suppliers.memoize(() -> options.responses.sink(context.invocation(), "request"));
  }

  /**
   * Rejects what the form cannot express.
   *
   * @throws CliException USAGE
   */
  void check(Endpoint server) {
    if (form == DryRun.CURL) {
      requireHttp(server);
    }
    if (form == DryRun.GRPCURL) {
      requireNoContext(server, context.invocation());
    }
    if (form.isCommand()) {
      requireEqual();
    }
  }

  /** Rejects what a request of HTTP/1.1 to the gateway cannot express. */
  private static void requireHttp(Endpoint server) {
    if (server.host().isPresent()) {
      throw CliException.usage(
          "--dry-run=curl is for calls of the gateway, not of a target: leave out --target, or give"
              + " --socket");
    }
  }

  /** Rejects a context, whose address, TLS files and credentials grpcurl does not know. */
  private void requireNoContext(Endpoint server, Invocation invocation) {
    TargetName name = options.endpoint.targetName(invocation);
    if (name != null && name.isReference() && server.host().isPresent()) {
      throw CliException.usage(
          "--dry-run=grpcurl is not for contexts: give the server's address with --target");
    }
  }

  /** Rejects options of which another program has no equal. */
  private void requireEqual() {
    String option =
        options.limit != null
            ? "--limit"
            : options.okCodes.given.isEmpty() ? options.delivery.firstGiven() : "--ok-codes";
    if (option != null) {
      throw CliException.usage(
          "%s and --dry-run=%s exclude each other: %s has no equal option; leave it out",
          option, form.label(), form.label());
    }
  }

  /** Reads the filter, which must follow the lookup of the method. */
  void prepare() {
    JsonSink unused = filter.get();
  }

  /**
   * Prints the requests.
   *
   * @return the exit code
   */
  int print(PreparedCall prepared, CallHeaders headers) {
    RequestOutput printer = output(prepared, headers);
    long sequence = 0;
    DynamicMessage request = prepared.requests().next();
    while (request != null) {
      printer.print(++sequence, request);
      request = prepared.requests().next();
    }
    printer.end();
    return options.responses.exitCode();
  }

  private RequestOutput output(PreparedCall prepared, CallHeaders headers) {
    ResponseWriter writer =
        options.responses.lines(new PrintedTypes(prepared.schema()), EncodedFields.NONE);
    Duration each = prepared.deadline();
    return switch (form) {
      case CURL ->
          new CurlPrinter(
              context.output(),
              writer,
              SocketPaths.find(options.endpoint.gateway.socket, context.invocation()).path(),
              prepared.method(),
              each,
              headers.ofCalls());
      case GRPCURL ->
          new GrpcurlDryRun(
              context.output(),
              new PrintedTypes(prepared.schema()),
              GrpcurlOptionWords.of(
                  options.schemas,
                  options.endpoint,
                  options.responses.json.emitDefaults,
                  each,
                  context.invocation()),
              headers,
              GrpcurlOptionWords.address(options.endpoint, context.invocation()),
              prepared.method());
      case JSON ->
          new RequestPrinter(
              context.output(),
              writer,
              filter.get(),
              prepared.name(),
              each == null ? null : DurationText.of(each),
              headers.ofCalls());
    };
  }
}
