package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.grpcurl.GrpcurlCall;
import dev.grpcos.cli.grpcurl.GrpcurlDescriptions;
import dev.grpcos.cli.grpcurl.GrpcurlFlag;
import dev.grpcos.cli.grpcurl.GrpcurlHeaders;
import dev.grpcos.cli.grpcurl.GrpcurlLine;
import dev.grpcos.cli.grpcurl.GrpcurlLine.Verb;
import dev.grpcos.cli.grpcurl.GrpcurlReport;
import dev.grpcos.cli.grpcurl.GrpcurlTiming;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.schema.LookupDeadline;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.process.Versions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code grpcos grpcurl}, and the launcher under the name {@code grpcurl}: runs a command line of
 * grpcurl. All its arguments are parsed by {@link GrpcurlLine}.
 */
@Command(
    name = "grpcurl",
    description = {
      "Runs a command line of grpcurl, with its options, output and exit codes.",
      "",
      "A link with the name grpcurl to this program does the same, so that scripts need no change:"
          + " ln -s \"$$(command -v grpcos)\" ~/bin/grpcurl. Commands run in the gateway's process"
          + " if the gateway is the caller's own. 'grpcos grpcurl -help' lists the options.",
      "",
      "Differences: a connection that cannot be made, and a deadline during reflection, exit with"
          + " 64 + the status; a call with one request does not wait for the end of standard input;"
          + " -v hides the values of headers that may be secrets; every response can be printed;"
          + " -alts and xds: are not supported. The user-agent is that of grpcos. As with grpcurl,"
          + " the variables TRACEPARENT, TRACESTATE and BAGGAGE are not sent."
    },
    exitCodeList = {
      "0:success",
      "1:a failure without a gRPC status: input or output, the schema, an unknown name",
      "2:wrong arguments",
      "64 + c:the call ended with gRPC status c; 78, UNAVAILABLE, also if no connection can be"
          + " made",
      "128 + n:ended by signal n"
    },
    footer = {
      "  grpcos grpcurl -plaintext localhost:50051 list",
      "  grpcos grpcurl -plaintext -unix /run/app.sock describe helloworld.Greeter",
      "  grpcos grpcurl -plaintext -d '{\"name\":\"world\"}' localhost:50051 \\",
      "    helloworld.Greeter/SayHello"
    })
final class GrpcurlCommand implements Callable<Integer> {
  /** No argument is the end of the options for picocli. */
  private static final String NO_DELIMITER = "\u0000";

  private static final String PASSTHROUGH = "passthrough:///";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LEAST_KEEPALIVE = Duration.ofSeconds(10);

  @Parameters(
      paramLabel = "ARGUMENT",
      arity = "0..*",
      description = "An option, the address, list, describe, or a name, as for grpcurl.")
  List<String> arguments = new ArrayList<>();

  private final CommandContext context;

  private GrpcurlCommand(CommandContext context) {
    this.context = context;
  }

  /** Returns the command, for which picocli parses nothing. */
  static CommandLine create(CommandContext context) {
    return new CommandLine(new GrpcurlCommand(context))
        .setUnmatchedOptionsArePositionalParams(true)
        .setStopAtPositional(true)
        .setEndOfOptionsDelimiter(NO_DELIMITER);
  }

  @Override
  public Integer call() {
    GrpcurlReport report = new GrpcurlReport(context.invocation());
    GrpcurlLine line;
    try {
      line = GrpcurlLine.parse(arguments);
    } catch (CliException e) {
      return report.usage(e);
    }
    if (line.verb() == Verb.HELP) {
      return report.help();
    } else if (line.verb() == Verb.VERSION) {
      return report.version(Versions.read().grpcos());
    }
    try {
      return new ValidRun(line, report).run();
    } catch (RuntimeException e) {
      Integer exitCode = report.failed(e, line);
      if (exitCode == null) {
        throw e;
      }
      return exitCode;
    }
  }

  /** One run with valid arguments. */
  private final class ValidRun {
    private final GrpcurlLine line;
    private final GrpcurlReport report;
    private final GrpcurlTiming timing = new GrpcurlTiming();
    private final long startedAt = System.nanoTime();
    private final Invocation invocation = context.invocation();
    private final SchemaOptions schemas = new SchemaOptions();
    private final SchemaFileOptions files = new SchemaFileOptions();
    private final @Nullable Duration time;

    ValidRun(GrpcurlLine line, GrpcurlReport report) {
      this.line = line;
      this.report = report;
      this.time = line.duration(GrpcurlFlag.MAX_TIME);
      boolean sources = !line.list(GrpcurlFlag.PROTO).isEmpty();
      schemas.protosets.addAll(line.list(GrpcurlFlag.PROTOSET));
      schemas.sources.addAll(line.list(GrpcurlFlag.PROTO));
      schemas.folders.addAll(sources ? line.list(GrpcurlFlag.IMPORT_PATH) : List.of());
      schemas.reflection = line.reflection() && (sources || !schemas.protosets.isEmpty());
      String set = line.text(GrpcurlFlag.PROTOSET_OUT);
      files.protoset = "-".equals(set) ? "./-" : set;
      files.folder = line.text(GrpcurlFlag.PROTO_OUT_DIR);
    }

    int run() {
      if (line.isOn(GrpcurlFlag.ALTS)) {
        throw CliException.failure(
            "-alts is not supported: it needs the handshake service of Google's data centers");
      }
      files.admit(invocation);
      schemas.admit(invocation);
      boolean connects = line.verb() == Verb.CALL || schemas.needServer();
      Endpoint server = connects ? endpoint().resolve(invocation) : null;
      if (server != null) {
        server.admit();
      }
      GrpcurlHeaders headers =
          new GrpcurlHeaders(
              line.isOn(GrpcurlFlag.EXPAND_HEADERS) ? invocation::environment : null);
      Metadata metadata = new Metadata();
      headers.addTo(metadata, line.list(GrpcurlFlag.CAPITAL_H));
      Metadata asking = new Metadata();
      asking.merge(metadata);
      headers.addTo(asking, line.list(GrpcurlFlag.REFLECT_HEADER));
      headers.addTo(metadata, line.list(GrpcurlFlag.RPC_HEADER));
      report.warnings(line);
      Context limited = limited();
      Context previous = limited.attach();
      try {
        int exitCode = run(server, metadata, asking);
        if (exitCode == ExitCode.OK && line.verbosity() > 1) {
          context.output().line(timing.text());
        }
        return exitCode;
      } finally {
        limited.detach(previous);
      }
    }

    /** Returns a context in which lookups end when the time of the command is over. */
    private Context limited() {
      return time == null
          ? Context.current()
          : LookupDeadline.in(
              Context.current(), Deadline.after(time.toNanos(), TimeUnit.NANOSECONDS));
    }

    private EndpointOptions endpoint() {
      EndpointOptions options = new EndpointOptions();
      options.target = target();
      options.tlsOnUnixSockets = true;
      boolean plaintext = line.isOn(GrpcurlFlag.PLAINTEXT);
      options.tls.plaintext = plaintext;
      options.tls.insecure = line.isOn(GrpcurlFlag.INSECURE);
      if (!plaintext) {
        options.tls.cacert = options.tls.insecure ? null : line.text(GrpcurlFlag.CACERT);
        options.tls.cert = line.text(GrpcurlFlag.CERT);
        options.tls.key = line.text(GrpcurlFlag.KEY);
      }
      options.authority = authority(plaintext);
      options.userAgent = line.text(GrpcurlFlag.USER_AGENT);
      Duration keepalive = line.duration(GrpcurlFlag.KEEPALIVE_TIME);
      options.keepaliveTime = keepalive == null ? null : longer(keepalive, LEAST_KEEPALIVE);
      Duration connect = line.duration(GrpcurlFlag.CONNECT_TIMEOUT);
      Duration timeout = connect == null ? CONNECT_TIMEOUT : connect;
      options.gateway.connectTimeout = time != null && time.compareTo(timeout) < 0 ? time : timeout;
      return options;
    }

    private static Duration longer(Duration one, Duration other) {
      return one.compareTo(other) > 0 ? one : other;
    }

    private String target() {
      String address = line.address();
      if (!line.isOn(GrpcurlFlag.UNIX)) {
        return address.startsWith(PASSTHROUGH) ? address.substring(PASSTHROUGH.length()) : address;
      }
      return "unix:" + (address.startsWith("unix://") ? address.substring(7) : address);
    }

    private @Nullable String authority(boolean plaintext) {
      String authority = line.text(GrpcurlFlag.AUTHORITY);
      String name = plaintext ? null : line.text(GrpcurlFlag.SERVERNAME);
      return name == null ? authority : name;
    }

    private int run(@Nullable Endpoint server, Metadata metadata, Metadata asking) {
      if (server == null) {
        return schemas.with(
            invocation,
            () -> {
              throw new IllegalStateException("no server is needed");
            },
            null,
            asking,
            schema -> describe(schema, schema));
      }
      return CallScope.run(
          invocation.cancellation(),
          () -> connect(server),
          null,
          connection -> {
            Schema schema = schemas.schema(invocation, connection, asking);
            return line.verb() == Verb.CALL
                ? call(connection, schema, metadata)
                : describe(schema, schemas.reflection ? connection.reflected(asking) : schema);
          });
    }

    private Connection connect(Endpoint server) {
      long from = System.nanoTime();
      Connection connection = server.connect();
      timing.add("Dial", from, "BlockingDial");
      return connection;
    }

    /**
     * Runs {@code list} or {@code describe}.
     *
     * @param listing has the services
     */
    private int describe(Schema schema, Schema listing) {
      GrpcurlDescriptions output = new GrpcurlDescriptions(line, schema, context.output());
      List<String> services = line.symbol() == null ? listing.listed() : List.of();
      List<FileDescriptor> described =
          line.verb() == Verb.LIST ? output.list(services) : output.describe(services);
      write(schema, described);
      return ExitCode.OK;
    }

    private void write(Schema schema, List<FileDescriptor> roots) {
      if (files.given()) {
        files.write(schema.files(roots), invocation);
        schema.requireComplete(roots);
      }
    }

    private int call(Connection connection, Schema schema, Metadata metadata) {
      GrpcurlCall call = new GrpcurlCall(line, invocation, context.output());
      MethodDescriptor method = call.method(schema);
      write(schema, List.of(method.getFile()));
      long from = System.nanoTime();
      int exitCode = call.run(method, schema, connection, metadata, left());
      timing.add("InvokeRPC", from);
      return exitCode;
    }

    /** Returns the rest of the command's time. */
    private @Nullable Duration left() {
      if (time == null) {
        return null;
      }
      return longer(time.minusNanos(System.nanoTime() - startedAt), Duration.ofNanos(1));
    }
  }
}
