package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.call.CallHeaders;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.CallSettings;
import dev.grpcos.cli.call.MethodCaller;
import dev.grpcos.cli.call.RequestInput;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Retries;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.VerbosePrinter;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.EncodedFields;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos call}: calls a method. */
@Command(
    name = "call",
    description = {
      "Calls a method with JSON requests and prints the responses as JSON, one line each.",
      "",
      "For a method with a single request, each JSON object on standard input is one"
          + " call, which is sent as soon as the object is complete. For a method with a request"
          + " stream, the objects are the messages of one call."
    },
    footer = {
      "  echo '{\"name\":\"world\"}' | grpcos call Greeter/SayHello",
      "  grpcos call helloworld.Greeter/SayHello name=world",
      "  grpcos call SayHello -d @request.json -H 'tenant: acme' --deadline 2s",
      "  jq -c '.[]' people.json | grpcos call Greeter/SayHello --jq .message -r",
      "  grpcos call Health/Check -e --jq '.status == \"SERVING\"' && echo ready",
      "  grpcos call Greeter/SayHelloStreamReply name=world --limit 2",
      "  grpcos call -t localhost:50051 --plaintext --wait Greeter/SayHello name=world"
    })
final class CallCommand implements Callable<Integer> {
  // Required, but checked in call(): picocli would report it before unknown options.
  @Parameters(
      index = "0",
      arity = "0..1",
      hideParamSyntax = true,
      paramLabel = "METHOD",
      description = "pkg.Service/Method or pkg.Service.Method, or a unique suffix of it.")
  @Nullable String method;

  @Parameters(
      index = "1..*",
      paramLabel = "FIELD",
      description =
          "A field of the request: name=value, a.b=value (nested), tags=x tags=y (repeated),"
              + " lines[0].sku=x (an element), labels.key=value (map), name:=JSON, name=@FILE,"
              + " name=@@text for text that begins with @. A bytes field gets the bytes of the text"
              + " or the file; name:=JSON takes them as base64 in quotes. Standard input is not"
              + " read then.")
  List<String> fields = new ArrayList<>();

  @Mixin RequestOptions requests = new RequestOptions();
  @Mixin InheritOptions inherited = new InheritOptions();
  @Mixin EditOptions editing = new EditOptions();

  @Option(
      names = "--rpc-header",
      paramLabel = "'K: V'",
      description = "As -H, but sent with the calls only, not to reflection. Repeatable.")
  List<String> rpcHeaders = new ArrayList<>();

  @Mixin TraceOptions trace = new TraceOptions();

  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = CallDeadlineConverter.class,
      description =
          "The longest that each call may take, or none. Default: 30s for unary methods, else"
              + " none.")
  @Nullable CallDeadline deadline;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Run up to N calls in parallel; responses stay in order. Default: ${DEFAULT-VALUE}.")
  int jobs;

  @Option(
      names = "--unordered",
      description =
          "With -j: print responses as they arrive, not in the order of the requests. When a"
              + " call fails, the calls in flight are allowed to finish.")
  boolean unordered;

  @Option(
      names = "--keep-going",
      description = "Continue with further requests after a failed call.")
  boolean keepGoing;

  @Option(
      names = "--failed",
      paramLabel = "FILE",
      description =
          "Write the requests of failed calls to FILE, one line of JSON each, in the order of the"
              + " input, so that they can be given again on standard input. A new file can be read"
              + " by its owner only; an existing one is overwritten.")
  @Nullable String failed;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "End each call successfully after N responses.")
  @Nullable Long limit;

  @Mixin OkCodesOption okCodes = new OkCodesOption();

  @Option(
      names = {"-v", "--verbose"},
      description = "Report the method, metadata, sizes and times on standard error.")
  boolean verbose;

  @Mixin EncodedFieldOptions encodings = new EncodedFieldOptions();
  @Mixin ResponseOptions responses = new ResponseOptions();
  @Mixin DeliveryOptions delivery = new DeliveryOptions();
  @Mixin SchemaOptions schemas = new SchemaOptions();
  @Mixin EndpointOptions endpoint = new EndpointOptions();
  @Mixin ErrorOptions errors = new ErrorOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  /** The time at which every call ends; null for no such time. */
  private @Nullable Instant latest;

  CallCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return editing.run(this::run, fields, requests, context);
  }

  private int run() {
    if (method == null) {
      throw CliException.usage("missing required parameter: 'METHOD' (see 'grpcos call --help')");
    }
    String name = SymbolArgument.name(method);
    Bounds.requireJobs(jobs);
    if (limit != null) {
      Bounds.require("--limit", limit, 1, Long.MAX_VALUE);
    }
    Bounds.requireSome("--deadline", deadline == null ? null : deadline.time());
    latest = inherited.deadline(context.invocation());
    Retries retries = delivery.retries();
    Invocation invocation = context.invocation();
    responses.check(invocation);
    encodings.check(requests.format, responses.format);
    CallServer server = CallServer.resolve(schemas, endpoint, inherited, invocation);
    deadline = CallDeadline.of(deadline, server.endpoint());
    Duration given = deadline == null ? null : deadline.time();
    CallHeaders headers = headers(server.common(), invocation);
    Metadata asking = headers.ofReflection();
    long startedAt = System.nanoTime();
    Supplier<Connection> connector = () -> retries.run(server.endpoint()::connect);
    if (responses.dryRun != null) {
      DryRunPrinter printer = new DryRunPrinter(responses.dryRun, this, context);
      printer.check(server.endpoint());
      return schemas.with(
          invocation,
          connector,
          given,
          asking,
          schema ->
              printer.print(prepare(name, () -> schema, startedAt, printer::prepare), headers));
    }
    Set<Status.Code> expected = okCodes.codes();
    CallOutput output =
        new CallOutput(
            context, responses, expected, RequestOptions.maxJsonBytes(endpoint.maxMessageSize));
    try {
      return CallScope.run(
          invocation.cancellation(),
          connector,
          given,
          connection ->
              call(
                  prepare(
                      name,
                      () -> schemas.schema(invocation, connection, asking),
                      startedAt,
                      output::prepare),
                  connection,
                  headers.ofCalls(),
                  output));
    } catch (CallFailedException e) {
      if (verbose && expected.contains(e.status().getCode())) {
        context.errors().failed(e);
      }
      return withResults(output.failed(e));
    }
  }

  /** Reads every header once, because its file may be a pipe. */
  private CallHeaders headers(Metadata common, Invocation invocation) {
    Metadata call = new Metadata();
    schemas.headers.add(call, "--rpc-header", rpcHeaders, invocation);
    List<String> ignored = trace.add(call, common, invocation);
    if (verbose) {
      ignored.forEach(note -> context.errors().line("* " + note));
    }
    return new CallHeaders(common, call, schemas.ofReflection(invocation));
  }

  /**
   * Finds the method, and opens its requests.
   *
   * @param found runs when the method is found, before the requests are opened
   */
  private PreparedCall prepare(
      String name, Supplier<Schema> source, long startedAt, Runnable found) {
    long connectedAt = System.nanoTime();
    Schema schema = source.get();
    MethodDescriptor resolved =
        delivery.retries().run(() -> new MethodResolver(schema).method(name));
    if (verbose) {
      schemas.notes().forEach(note -> context.errors().line("* " + note));
      long resolvedAt = System.nanoTime();
      VerbosePrinter.phase("connect", Duration.ofNanos(connectedAt - startedAt), context.errors());
      VerbosePrinter.phase("reflect", Duration.ofNanos(resolvedAt - connectedAt), context.errors());
    }
    found.run();
    if (failed != null && resolved.isClientStreaming()) {
      throw CliException.usage("--failed is for methods with a single request; leave it out");
    }
    RequestInput input = requests.input(fields, endpoint.maxMessageSize);
    if (resolved.isClientStreaming() && !editing.edit) {
      RequestOptions.explainTyping(input, context);
    }
    boolean unary = !resolved.isClientStreaming() && !resolved.isServerStreaming();
    EncodedFields encoded = encodings.ofRequests(resolved, schema);
    EncodedFields decoded = encodings.ofResponses(resolved, schema, context.errors());
    return new PreparedCall(
        resolved,
        schema,
        CallSettings.earlier(
            deadline == null ? (unary ? CallDeadline.UNARY : null) : deadline.time(), latest),
        encoded,
        decoded,
        editing.edit
            ? editing.requests(input, resolved, schema, encoded, context)
            : input.open(
                resolved, schema, encoded, context.invocation(), context.errors()::failed));
  }

  private int call(
      PreparedCall prepared, Connection connection, Metadata metadata, CallOutput output) {
    Duration each = prepared.deadline();
    CallObservers observers =
        output.observers(
            new PrintedTypes(prepared.schema()),
            prepared.decoded(),
            prepared.name(),
            (status, responses) -> CallScope.explain(connection, each, status, responses));
    if (verbose) {
      observers = new VerbosePrinter(observers, context.errors(), prepared.method(), metadata);
    }
    CallSettings settings =
        new CallSettings(
            metadata,
            each,
            latest,
            jobs,
            unordered,
            keepGoing,
            limit == null ? 0 : limit,
            okCodes.codes(),
            context.invocation().account(),
            failed != null);
    Channel channel =
        delivery.channel(connection.channel(), prepared.method(), endpoint.maxMessageSize);
    BatchRun batch = new BatchRun(context, prepared.requests(), observers, okCodes.codes());
    try (batch) {
      int exitCode =
          new MethodCaller(
                  channel,
                  prepared.method(),
                  settings,
                  batch.observers(failed, new PrintedTypes(prepared.schema()), prepared.encoded()))
              .run(prepared.requests());
      return withResults(exitCode);
    } finally {
      output.ended(batch.report());
    }
  }

  /** Returns the exit code of the calls, or that of their results if the calls have succeeded. */
  private int withResults(int exitCode) {
    return exitCode == ExitCode.OK ? responses.exitCode() : exitCode;
  }
}
