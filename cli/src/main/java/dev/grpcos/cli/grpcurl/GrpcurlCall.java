package dev.grpcos.cli.grpcurl;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.call.CallSettings;
import dev.grpcos.cli.call.MethodCaller;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The call of a method. */
public final class GrpcurlCall {
  private final GrpcurlLine line;
  private final Invocation invocation;
  private final StandardOutput output;

  /** Creates a call of the method that the command line names. */
  public GrpcurlCall(GrpcurlLine line, Invocation invocation, StandardOutput output) {
    this.line = line;
    this.invocation = invocation;
    this.output = output;
  }

  /**
   * Returns the method.
   *
   * @throws CliException FAILURE if the schema has no method with this full name
   */
  public MethodDescriptor method(Schema schema) {
    String name = line.symbol() == null ? "" : line.symbol();
    int separator = name.indexOf('/') < 0 ? name.lastIndexOf('.') : name.lastIndexOf('/');
    if (separator <= 0 || separator + 1 == name.length()) {
      throw CliException.failure(
          "given method name \"%s\" is not in expected format: 'service/method' or"
              + " 'service.method'",
          name);
    }
    String serviceName = name.substring(0, separator);
    ServiceDescriptor service = schema.service(serviceName);
    if (service == null) {
      throw CliException.failure(
          "Error invoking method \"%s\": target server does not expose service \"%s\"",
          name, serviceName);
    }
    MethodDescriptor method = service.findMethodByName(name.substring(separator + 1));
    if (method == null) {
      throw CliException.failure(
          "Error invoking method \"%s\": service \"%s\" does not include a method named \"%s\"",
          name, serviceName, name.substring(separator + 1));
    }
    new MethodResolver(schema).requireLinked(method);
    return method;
  }

  /**
   * Makes the call and prints its responses and its status.
   *
   * @param time the longest time for the call; null for no limit
   * @return the exit code
   */
  public int run(
      MethodDescriptor method,
      Schema schema,
      Connection connection,
      Metadata metadata,
      @Nullable Duration time) {
    PrintedTypes types = new PrintedTypes(schema);
    GrpcurlFormat format = GrpcurlFormat.of(line, types, line.verbosity() == 0);
    GrpcurlRequests requests = GrpcurlRequests.of(line, method, schema, invocation);
    GrpcurlOutput printed =
        new GrpcurlOutput(
            output,
            format,
            line.verbosity(),
            GrpcurlDeclarations.text(method, GrpcurlDescriptions.imports(schema, method)),
            method.isClientStreaming() || method.isServerStreaming(),
            metadata);
    CallSettings settings =
        new CallSettings(
            metadata, time, null, 1, false, false, 0, Set.of(), invocation.account(), false);
    int exitCode =
        new MethodCaller(
                ClientInterceptors.intercept(
                    connection.channel(), new ResponseBound(line.maxMessage())),
                method,
                settings,
                printed)
            .run(requests);
    printed.summary(requests.count());
    Status status = printed.status();
    if (exitCode != ExitCode.OK && status != null) {
      report(connection.explain(status), printed.trailers(), format);
    }
    return exitCode;
  }

  private void report(Status status, Metadata trailers, GrpcurlFormat format) {
    GrpcurlErrors errors = new GrpcurlErrors(invocation.stderr());
    if (line.isOn(GrpcurlFlag.FORMAT_ERROR)) {
      errors.formatted(status, trailers, format);
    } else {
      errors.status(status, trailers, format);
    }
  }

  /** Limits the size of responses. */
  private record ResponseBound(int bytes) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        io.grpc.MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return next.newCall(method, options.withMaxInboundMessageSize(bytes));
    }
  }
}
