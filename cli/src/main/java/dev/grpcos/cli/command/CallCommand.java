package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.CallFailedException;
import dev.grpcos.cli.ExitCode;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallSettings;
import dev.grpcos.cli.call.HeaderArguments;
import dev.grpcos.cli.call.MethodCaller;
import dev.grpcos.cli.call.Requests;
import dev.grpcos.cli.call.Retries;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.json.JsonStyle;
import dev.grpcos.cli.json.ResponseWriter;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.ResponsePrinter;
import dev.grpcos.cli.output.VerbosePrinter;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos call}: calls a method. */
@Command(
    name = "call",
    description = {
      "Calls a method with requests as JSON and prints the responses as JSON, one line each.",
      "",
      "For a method that takes one request, each JSON object on standard input is a call of its"
          + " own, sent as soon as it is complete; for one that takes a stream, the objects are its"
          + " messages."
    },
    footer = {
      "  echo '{\"name\":\"world\"}' | grpcos call Greeter/SayHello",
      "  grpcos call helloworld.Greeter/SayHello name=world",
      "  grpcos call SayHello -d @request.json -H 'tenant: acme' --deadline 2s",
      "  jq -c '.[]' people.json | grpcos call Greeter/SayHello | jq -r .message",
      "  grpcos call Greeter/SayHelloStreamReply name=world --limit 2",
      "  grpcos call -t localhost:50051 --plaintext --wait Greeter/SayHello name=world"
    })
final class CallCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "METHOD",
      description =
          "pkg.Service/Method or pkg.Service.Method, or an end of it that only one method has.")
  String method = "";

  @Parameters(
      index = "1..*",
      paramLabel = "FIELD",
      description =
          "A field of the request: name=value, a.b=value (nested), tags=x tags=y (repeated),"
              + " labels.key=value (map), name:=JSON, name=@FILE. Standard input is not touched"
              + " then.")
  List<String> fields = new ArrayList<>();

  @Mixin RequestOptions requests = new RequestOptions();

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'K: V'",
      description =
          "Metadata to send, or @FILE with one header a line. Repeatable; base64 where the key ends"
              + " in -bin.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = Durations.class,
      description = "How long each call may take. Default: 30s for unary methods, else none.")
  @Nullable Duration deadline;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      defaultValue = "1",
      description = "So many calls at once; replies stay in order. Default: ${DEFAULT-VALUE}.")
  int jobs;

  @Option(names = "--keep-going", description = "Go on with further requests after a failed call.")
  boolean keepGoing;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "0",
      description = "End a call after N responses, with success.")
  long limit;

  @Option(
      names = "--ok-codes",
      paramLabel = "CODE",
      split = ",",
      description = "gRPC status codes that are no failure, such as NOT_FOUND,ALREADY_EXISTS.")
  List<Status.Code> okCodes = new ArrayList<>();

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell of method, metadata, sizes and times on standard error.")
  boolean verbose;

  @Mixin ResponseOptions responses = new ResponseOptions();
  @Mixin DeliveryOptions delivery = new DeliveryOptions();
  @Mixin EndpointOptions endpoint = new EndpointOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private static final Duration UNARY_DEADLINE = Duration.ofSeconds(30);
  private static final int MAX_JOBS = 10_000;

  private final CommandContext context;

  CallCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Bounds.require("-j", jobs, 1, MAX_JOBS);
    Bounds.require("--limit", limit, 0, Long.MAX_VALUE);
    Bounds.requireSome("--deadline", deadline);
    Retries retries = delivery.retries();
    JsonStyle style = responses.style(context.invocation());
    endpoint.admit(context.invocation());
    Metadata metadata = HeaderArguments.read(headers, context.invocation()::open);
    try {
      return CallScope.run(
          context.invocation(),
          invocation -> retries.run(() -> endpoint.connect(invocation)),
          deadline,
          connection -> call(connection, metadata, style));
    } catch (CallFailedException e) {
      if (!okCodes.contains(e.status().getCode())) {
        throw e;
      }
      if (verbose) {
        context.errors().failed(e);
      }
      return ExitCode.OK;
    }
  }

  private int call(Connection connection, Metadata metadata, JsonStyle style) {
    Invocation invocation = context.invocation();
    Schema schema = connection.reflected();
    MethodDescriptor resolved =
        delivery.retries().run(() -> new MethodResolver(schema).method(method));
    Duration each =
        deadline == null && !resolved.isClientStreaming() && !resolved.isServerStreaming()
            ? UNARY_DEADLINE
            : deadline;
    Requests source =
        requests.input(fields, endpoint.maxMessageSize).open(resolved, schema, invocation);
    PrintedTypes types = new PrintedTypes(schema);
    CallObserver observer =
        new ResponsePrinter(
            context.output(),
            context.errors(),
            new ResponseWriter(types, style),
            types,
            resolved.getService().getFullName() + "/" + resolved.getName(),
            okCodes(),
            status -> CallScope.explain(connection, each, status));
    if (verbose) {
      observer = new VerbosePrinter(observer, context.errors(), resolved, metadata);
    }
    CallSettings settings = new CallSettings(metadata, each, jobs, keepGoing, limit, okCodes());
    Channel channel = delivery.channel(connection.channel(), resolved, endpoint.maxMessageSize);
    return new MethodCaller(channel, resolved, settings, observer).run(source);
  }

  private Set<Status.Code> okCodes() {
    Set<Status.Code> codes = EnumSet.noneOf(Status.Code.class);
    codes.addAll(okCodes);
    return codes;
  }
}
