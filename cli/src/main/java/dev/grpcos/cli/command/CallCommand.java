package dev.grpcos.cli.command;

import com.google.common.base.Suppliers;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallHeaders;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.CallSettings;
import dev.grpcos.cli.call.MethodCaller;
import dev.grpcos.cli.call.RequestInput;
import dev.grpcos.cli.call.Requests;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.connection.Retries;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.grpcurl.GrpcurlDryRun;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.CurlPrinter;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.RequestOutput;
import dev.grpcos.cli.output.RequestPrinter;
import dev.grpcos.cli.output.VerbosePrinter;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
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

  @Option(
      names = "--ok-codes",
      paramLabel = "CODE",
      split = ",",
      description = "gRPC status codes that are not failures, such as NOT_FOUND,ALREADY_EXISTS.")
  List<Status.Code> okCodes = new ArrayList<>();

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

  private static final Duration UNARY_DEADLINE = Duration.ofSeconds(30);
  private static final int MAX_JOBS = 10_000;

  private final CommandContext context;

  /** The time at which every call ends; null for no such time. */
  private @Nullable Instant latest;

  CallCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return editing.run(this::run, context);
  }

  private int run() {
    if (method == null) {
      throw CliException.usage("missing required parameter: 'METHOD' (see 'grpcos call --help')");
    }
    String name = SymbolArgument.name(method);
    Bounds.require("-j", jobs, 1, MAX_JOBS);
    if (limit != null) {
      Bounds.require("--limit", limit, 1, Long.MAX_VALUE);
    }
    Duration given = deadline == null ? null : deadline.time();
    Bounds.requireSome("--deadline", given);
    latest = inherited.deadline(context.invocation());
    Retries retries = delivery.retries();
    Invocation invocation = context.invocation();
    responses.check(invocation);
    encodings.check(requests.format, responses.format);
    editing.check(fields, requests, invocation);
    schemas.admit(invocation);
    Endpoint server = endpoint.resolve(invocation);
    server.admit();
    if (deadline == null && server.deadline() != null) {
      given = server.deadline();
      deadline = new CallDeadline(given);
    }
    CallHeaders headers = headers(server, invocation);
    Metadata asking = headers.ofReflection();
    long startedAt = System.nanoTime();
    Supplier<Connection> connector = () -> retries.run(server::connect);
    if (responses.dryRun == DryRun.CURL) {
      requireHttp(server);
    }
    if (responses.dryRun == DryRun.GRPCURL) {
      requireNoContext(server, invocation);
    }
    if (responses.dryRun != null && responses.dryRun.isCommand()) {
      requireEqual(responses.dryRun);
    }
    if (responses.dryRun != null) {
      return schemas.with(
          invocation, connector, given, asking, schema -> print(name, schema, startedAt, headers));
    }
    CallOutput output =
        new CallOutput(
            context, responses, okCodes(), RequestOptions.maxJsonBytes(endpoint.maxMessageSize));
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
      if (verbose && okCodes.contains(e.status().getCode())) {
        context.errors().failed(e);
      }
      return withResults(output.failed(e));
    }
  }

  /** Reads every header once, because its file may be a pipe. */
  private CallHeaders headers(Endpoint server, Invocation invocation) {
    Metadata common = schemas.headers.metadata(invocation, server);
    inherited.addTo(common, invocation);
    Metadata call = new Metadata();
    schemas.headers.add(call, "--rpc-header", rpcHeaders, invocation);
    List<String> ignored = trace.add(call, common, invocation);
    if (verbose) {
      ignored.forEach(note -> context.errors().line("* " + note));
    }
    return new CallHeaders(common, call, schemas.ofReflection(invocation));
  }

  /** A method to call, with everything but the connection. */
  private record PreparedCall(
      MethodDescriptor method,
      Schema schema,
      @Nullable Duration deadline,
      EncodedFields encoded,
      EncodedFields decoded,
      Requests requests) {
    String name() {
      return method.getService().getFullName() + "/" + method.getName();
    }
  }

  /**
   * Finds the method, runs what must follow that, and opens the requests.
   *
   * @param found runs between the two
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
            deadline == null ? (unary ? UNARY_DEADLINE : null) : deadline.time(), latest),
        encoded,
        decoded,
        editing.edit
            ? editing.requests(input, resolved, schema, encoded, context)
            : input.open(
                resolved, schema, encoded, context.invocation(), context.errors()::failed));
  }

  /** Rejects what a request of HTTP/1.1 to the gateway cannot express. */
  private void requireHttp(Endpoint server) {
    if (server.host().isPresent()) {
      throw CliException.usage(
          "--dry-run=curl is for calls of the gateway, not of a target: leave out --target, or give"
              + " --socket");
    }
  }

  /** Rejects a context, whose address, TLS files and credentials grpcurl does not know. */
  private void requireNoContext(Endpoint server, Invocation invocation) {
    TargetName name = endpoint.targetName(invocation);
    if (name != null && name.isReference() && server.host().isPresent()) {
      throw CliException.usage(
          "--dry-run=grpcurl is not for contexts: give the server's address with --target");
    }
  }

  /** Rejects options of which another program has no equal. */
  private void requireEqual(DryRun program) {
    String option =
        limit != null ? "--limit" : okCodes.isEmpty() ? delivery.firstGiven() : "--ok-codes";
    if (option != null) {
      throw CliException.usage(
          "%s and --dry-run=%s exclude each other: %s has no equal option; leave it out",
          option, program.label(), program.label());
    }
  }

  private int print(String name, Schema schema, long startedAt, CallHeaders headers) {
    Supplier<JsonSink> filter =
        Suppliers.memoize(() -> responses.sink(context.invocation(), "request"));
    PreparedCall prepared =
        prepare(
            name,
            () -> schema,
            startedAt,
            () -> {
              JsonSink unused = filter.get();
            });
    RequestOutput printer = requestOutput(prepared, headers, filter);
    long sequence = 0;
    DynamicMessage request = prepared.requests().next();
    while (request != null) {
      printer.print(++sequence, request);
      request = prepared.requests().next();
    }
    printer.end();
    return responses.exitCode();
  }

  private RequestOutput requestOutput(
      PreparedCall prepared, CallHeaders headers, Supplier<JsonSink> filter) {
    ResponseWriter writer =
        responses.lines(new PrintedTypes(prepared.schema()), EncodedFields.NONE);
    Duration each = prepared.deadline();
    if (responses.dryRun == DryRun.CURL) {
      return new CurlPrinter(
          context.output(),
          writer,
          SocketPaths.find(endpoint.gateway.socket, context.invocation()).path(),
          prepared.method(),
          each,
          headers.ofCalls());
    }
    if (responses.dryRun == DryRun.GRPCURL) {
      return new GrpcurlDryRun(
          context.output(),
          new PrintedTypes(prepared.schema()),
          GrpcurlOptionWords.of(
              schemas, endpoint, responses.json.emitDefaults, each, context.invocation()),
          headers,
          GrpcurlOptionWords.address(endpoint, context.invocation()),
          prepared.method());
    }
    return new RequestPrinter(
        context.output(),
        writer,
        filter.get(),
        prepared.name(),
        each == null ? null : DurationText.of(each),
        headers.ofCalls());
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
            okCodes(),
            failed != null);
    Channel channel =
        delivery.channel(connection.channel(), prepared.method(), endpoint.maxMessageSize);
    BatchRun batch = new BatchRun(context, prepared.requests(), observers, okCodes());
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

  private Set<Status.Code> okCodes() {
    Set<Status.Code> codes = EnumSet.noneOf(Status.Code.class);
    codes.addAll(okCodes);
    return codes;
  }
}
