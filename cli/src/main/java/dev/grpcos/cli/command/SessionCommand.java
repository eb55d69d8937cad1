package dev.grpcos.cli.command;

import dev.grpcos.cli.call.MeteredInput;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Retries;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.SessionPrinter;
import dev.grpcos.cli.session.SessionRun;
import dev.grpcos.cli.session.SessionSettings;
import io.grpc.Metadata;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grpcos session}: makes calls of any methods, which lines of JSON begin and feed. */
@Command(
    name = "session",
    description = {
      "Makes many calls of any methods that lines of JSON describe.",
      "",
      "Each line on standard input is an object that begins a call, continues or ends its"
          + " requests, or cancels it. Each line on standard output is an object with the id of its"
          + " call; see grpcos-protocol(7).",
      "",
      "{\"id\":1,\"method\":\"Greeter/SayHello\",\"request\":{…}} begins a call, also with metadata"
          + " and deadline. Its end is an object as of 'grpcos call --envelope', with the id. For a"
          + " stream of responses, each one is a line {\"id\":1,\"response\":{…}} before it. For a"
          + " stream of requests, \"requests\":[…] has all of them, or {\"id\":1,\"request\":{…}}"
          + " adds one and {\"id\":1,\"end\":true} ends them. {\"id\":1,\"cancel\":true} cancels a"
          + " call.",
      "",
      "After a failed call or an invalid line, no further call is made unless --keep-going is"
          + " given. Calls in flight with one request and one response are allowed to finish,"
          + " others are cancelled."
    },
    footer = {
      "  echo '{\"id\":1,\"method\":\"SayHello\",\"request\":{\"name\":\"Ada\"}}' | grpcos session",
      "  coproc grpcos session --keep-going"
    })
final class SessionCommand implements Callable<Integer> {
  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Run up to N calls with one request and one response in parallel, and up to N streams;"
              + " further calls wait. Default: ${DEFAULT-VALUE}.")
  int jobs;

  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = CallDeadlineConverter.class,
      description =
          "The longest that each call may take, or none, if its line has no deadline. Default: 30s"
              + " for unary methods, else none.")
  @Nullable CallDeadline deadline;

  @Option(names = "--keep-going", description = "Continue after a failed call or an invalid line.")
  boolean keepGoing;

  @Option(
      names = "--allow-unknown-fields",
      description = "Ignore unknown fields and enum values in requests.")
  boolean allowUnknownFields;

  @Mixin OkCodesOption okCodes = new OkCodesOption();
  @Mixin InheritOptions inherited = new InheritOptions();
  @Mixin TraceOptions trace = new TraceOptions();
  @Mixin JsonOptions json = new JsonOptions();
  @Mixin DeliveryOptions delivery = new DeliveryOptions();
  @Mixin SchemaOptions schemas = new SchemaOptions();
  @Mixin EndpointOptions endpoint = new EndpointOptions();
  @Mixin ErrorOptions errors = new ErrorOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  SessionCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Bounds.requireJobs(jobs);
    Bounds.requireSome("--deadline", deadline == null ? null : deadline.time());
    Retries retries = delivery.retries();
    Invocation invocation = context.invocation();
    if (invocation.stdinKind() == StreamKind.CLOSED) {
      throw CliException.usage("standard input is closed: give the lines of the session on it");
    }
    boolean unused = json.indented(invocation);
    CallServer server = CallServer.resolve(schemas, endpoint, inherited, invocation);
    deadline = CallDeadline.of(deadline, server.endpoint());
    Metadata metadata = server.common();
    Metadata asking = schemas.reflectionMetadata(metadata, invocation);
    List<String> unusedNotes = trace.add(metadata, new Metadata(), invocation);
    SessionSettings settings = settings(metadata);
    // Without a deadline for lookups, because a session may last for longer than a call.
    return CallScope.run(
        invocation.cancellation(),
        () -> retries.run(server.endpoint()::connect),
        null,
        connection -> run(settings, connection, asking));
  }

  private SessionSettings settings(Metadata metadata) {
    return new SessionSettings(
        metadata,
        deadline == null ? CallDeadline.UNARY : deadline.time(),
        deadline == null ? null : deadline.time(),
        inherited.deadline(context.invocation()),
        jobs,
        keepGoing,
        okCodes.codes(),
        context.invocation().account(),
        json.style(false),
        allowUnknownFields,
        RequestOptions.maxJsonBytes(endpoint.maxMessageSize),
        endpoint.maxMessageSize);
  }

  private int run(SessionSettings settings, Connection connection, Metadata asking) {
    Invocation invocation = context.invocation();
    SessionRun run =
        new SessionRun(
            settings,
            connection,
            schemas.current(invocation, connection, asking),
            method -> delivery.channel(connection.channel(), method, endpoint.maxMessageSize),
            new SessionPrinter(context.output(), json.layout(invocation)),
            context.errors());
    return run.run(new MeteredInput(invocation.stdin(), invocation.account()));
  }
}
