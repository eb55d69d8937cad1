package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.call.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos health}: reports whether a server, or one of its services, is serving. */
@Command(
    name = "health",
    description =
        "Asks the server's health service and prints the status. Exits with 0 if it is"
            + " SERVING, otherwise with 1.",
    footer = {"  grpcos health", "  grpcos health helloworld.Greeter", "  grpcos health --wait=1m"})
final class HealthCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "A service's full name. Default: the server as a whole.")
  String service = "";

  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description = "The longest that each request may take. Default: 5s.")
  Duration deadline = Duration.ofSeconds(5);

  @Option(names = "--json", description = "Print the response as JSON.")
  boolean json;

  @Mixin HeaderOptions headers = new HeaderOptions();
  @Mixin TraceOptions trace = new TraceOptions();
  @Mixin EndpointOptions endpoint = new EndpointOptions();
  @Mixin ErrorOptions errors = new ErrorOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  HealthCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Bounds.requireSome("--deadline", deadline);
    if (endpoint.targetName(context.invocation()) == null) {
      service = SymbolArgument.name(service); // no name in a gateway's health is an address
    }
    Endpoint server = endpoint.resolve(context.invocation());
    server.admit();
    Metadata metadata = headers.metadata(context.invocation(), server);
    List<String> unusedNotes = trace.add(metadata, new Metadata(), context.invocation());
    return print(
        server.await(() -> ask(server, metadata), status -> status == ServingStatus.SERVING_VALUE));
  }

  private int ask(Endpoint server, Metadata metadata) {
    return CallScope.run(
        context.invocation().cancellation(),
        server::connectNow,
        deadline,
        connection -> check(connection, metadata));
  }

  /** Returns the number of the status. */
  private int check(Connection connection, Metadata metadata) {
    HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
    try {
      return HealthGrpc.newBlockingStub(connection.channel())
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
          .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
          .check(request)
          .getStatusValue();
    } catch (StatusRuntimeException e) {
      throw failed(e);
    }
  }

  private CliException failed(StatusRuntimeException e) {
    Status status = e.getStatus();
    Metadata trailers = e.getTrailers();
    if (trailers != null && Refusal.isFromGateway(trailers)) {
      return new CallFailedException(status, trailers, "grpc.health.v1.Health/Check");
    }
    if (status.getCode() == Status.Code.NOT_FOUND) {
      status =
          status.withDescription(
              "the health service does not know '"
                  + service
                  + "'; give the full name of a service");
    } else if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      status = status.withDescription("the server has no health service (grpc.health.v1.Health)");
    }
    return new CallFailedException(status, trailers, "grpc.health.v1.Health/Check");
  }

  private int print(int status) {
    ServingStatus known = ServingStatus.forNumber(status);
    String name = known == null ? Integer.toString(status) : known.name();
    context.output().line(json ? "{\"status\":\"" + name + "\"}" : name);
    return status == ServingStatus.SERVING_VALUE ? ExitCode.OK : ExitCode.FAILURE;
  }
}
