package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.daemon.GatewayProcess;
import dev.grpcos.cli.daemon.JoinedService;
import dev.grpcos.cli.daemon.ProgramSearch;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ExecConfig;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.replay.RecordingException;
import dev.grpcos.gateway.replay.Replay;
import dev.grpcos.gateway.replay.ReplayOptions;
import dev.grpcos.gateway.schema.CompiledSources;
import dev.grpcos.gateway.schema.NamedSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import dev.grpcos.gateway.schema.SourceException;
import io.grpc.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code grpcos serve}: runs a gateway without a configuration file, with one service whose methods
 * are programs, or with the services of a recording.
 */
@Command(
    name = "serve",
    description = {
      "Serves a service whose methods are programs, or a recording, in the foreground, until it is"
          + " interrupted.",
      "",
      "A program gets the request as JSON on standard input and prints the response as JSON; its"
          + " exit code is the status. For streams, each line is a message. PROGRAM alone serves"
          + " all methods that are not named; it gets the name of the method as its argument."
          + " Without it, they are UNIMPLEMENTED.",
      "",
      "Without --join, the command runs a separate gateway. With --join, the running"
          + " gateway serves the service in addition to its others, with its own policy and"
          + " limits, and keeps it through reloads. The gateway runs the programs as its own"
          + " user; only that user and root can join. When the command ends, the service and its"
          + " programs end.",
      "",
      "With --replay, answers the calls of a recording of 'grpcos tap --record', without the server"
          + " and without programs: a call with the same method and requests gets the recorded"
          + " responses and status, and one that was recorded several times gets its answers in"
          + " their order; the last one repeats. Any other call is NOT_FOUND, with the nearest"
          + " recorded call and the difference."
    },
    footer = {
      "  grpcos serve --proto weather.proto weather.v1.Weather Get=./weather.sh",
      "  grpcos serve --proto weather.proto weather.v1.Weather ./weather.sh",
      "  grpcos serve --join --proto weather.proto weather.v1.Weather Get=./weather.sh",
      "  grpcos serve --socket ./w.sock --protoset w.binpb weather.v1.Weather Get=cat",
      "  grpcos serve --replay run.jsonl --ignore request_id"
    })
final class ServeCommand implements Callable<Integer> {
  /**
   * An argument that names a method. A program with an equals sign in its path needs a ./ first.
   */
  private static final Pattern NAMED =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)?=(.*)", Pattern.DOTALL);

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "The service's full name.")
  String service = "";

  @Parameters(
      index = "1..*",
      paramLabel = "[METHOD=]PROGRAM",
      arity = "0..*",
      description =
          "The program that serves a method, or all methods that are not named: its path, or its"
              + " name in $PATH.")
  List<String> methods = new ArrayList<>();

  @Option(
      names = "--proto",
      paramLabel = "FILE",
      description =
          "A .proto file that declares the service, or a folder of .proto files. Repeatable.")
  List<String> sources = new ArrayList<>();

  @Option(
      names = {"-I", "--import-path"},
      paramLabel = "DIR",
      description =
          "A folder in which .proto files and their imports are searched. Repeatable. Default: a"
              + " folder given with --proto, the working folder, and the folder of a FILE outside"
              + " of it.")
  List<String> folders = new ArrayList<>();

  @Option(
      names = "--protoset",
      paramLabel = "FILE",
      description = "A descriptor set that declares the service. Repeatable.")
  List<String> protosets = new ArrayList<>();

  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description =
          "The longest that a call may take. Default: 30s for methods with one response, else"
              + " none.")
  @Nullable Duration deadline;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "The Unix socket to listen on, or with --join the gateway's. Default: as for the"
              + " gateway's socket in 'grpcos call --help'.")
  @Nullable String socket;

  @Option(
      names = "--join",
      description = "Let the running gateway at the socket serve it, until this command ends.")
  boolean join;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description =
          "Serve the services of this recording. --proto and --protoset add descriptors that it"
              + " lacks.")
  @Nullable String replay;

  @Option(
      names = "--ignore",
      paramLabel = "FIELD",
      split = ",",
      description =
          "With --replay: requests may have any value in this field, such as header.request_id."
              + " Repeatable.")
  List<String> ignored = new ArrayList<>();

  @Option(
      names = "--in-order",
      description = "With --replay: answer only the next call of the recording.")
  boolean inOrder;

  @Option(
      names = "--latency",
      description = "With --replay: take as long for each response as it took in the recording.")
  boolean latency;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  ServeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    context.invocation().requireOwnProcess("a server runs in a separate process");
    check();
    if (replay != null) {
      return serve(List.of(), GatewayOptions.DEFAULT.withReplay(replayed(replay)), "the recording");
    }
    if (sources.isEmpty() && protosets.isEmpty()) {
      throw CliException.usage(
          "serve requires the schema of %s: give its source with --proto FILE, or a descriptor set"
              + " with --protoset FILE",
          service);
    }
    ServiceConfig served = new ServiceConfig(service, schema(), methods(), others());
    if (join) {
      Target gateway = SocketPaths.gateway(socket, context.invocation());
      return GatewayCalls.run(
          gateway, context.invocation(), connection -> join(served, connection.channel()));
    }
    return serve(List.of(served), GatewayOptions.DEFAULT, "the service");
  }

  /** Rejects arguments that exclude each other, or that are missing. */
  private void check() {
    if (replay == null) {
      String option =
          !ignored.isEmpty() ? "--ignore" : inOrder ? "--in-order" : latency ? "--latency" : null;
      if (option != null) {
        throw CliException.usage("%s requires --replay: give the recording", option);
      }
      if (methods.isEmpty()) {
        throw CliException.usage(
            "serve requires a service and the programs of its methods, or --replay: give"
                + " SERVICE [METHOD=]PROGRAM, as in weather.v1.Weather Get=./get.sh");
      }
    } else {
      String other =
          join ? "--join" : deadline != null ? "--deadline" : service.isEmpty() ? null : service;
      if (other != null) {
        throw CliException.usage("%s and --replay exclude each other: give one of them", other);
      }
    }
  }

  private Replay replayed(String file) {
    try (InputStream in = context.invocation().open(file)) {
      SchemaConfig schema = schema();
      CompiledSources compiled =
          new SchemaLoader(GatewayProcess.installation().protoc())
              .load(schema.protoset(), schema.proto());
      Replay recording =
          Replay.read(in, file, compiled.files(), new ReplayOptions(ignored, inOrder, latency));
      recording.notes().forEach(note -> context.errors().line("grpcos: warning: " + note));
      return recording;
    } catch (SchemaException e) {
      throw SourceSettings.failure(sources, e);
    } catch (RecordingException e) {
      throw CliException.usage("--replay %s", e.getMessage());
    } catch (IOException e) {
      throw CliException.failure(e, "--replay %s: %s", file, e.getMessage());
    }
  }

  private int serve(List<ServiceConfig> services, GatewayOptions options, String subject)
      throws InterruptedException {
    Path path = SocketPaths.toListen(socket, context.invocation());
    GatewayConfig config = GatewayConfig.defaults(path).withServices(services);
    try {
      return GatewayProcess.run(
              () -> config,
              new Commands(),
              context.invocation().stderr(),
              options
                  .withInstallation(GatewayProcess.installation())
                  .withOrigin(GatewayProcess.origin(null, null)))
          ? ExitCode.OK
          : ExitCode.FAILURE;
    } catch (ConfigException e) {
      throw ConfigSearch.failure(e);
    } catch (GatewayException e) {
      if (e.isInUse() && replay == null) {
        throw CliException.failure(
            e, "%s, or let that gateway serve it with --join", e.getMessage());
      }
      throw ConfigSearch.failure(e, subject);
    }
  }

  private int join(ServiceConfig served, Channel gateway) {
    try {
      new JoinedService(gateway, context.invocation().environment(), context.invocation().stderr())
          .run(served, new SchemaLoader(GatewayProcess.installation().protoc()));
      return ExitCode.OK;
    } catch (SchemaException e) {
      throw SourceSettings.failure(sources, e);
    }
  }

  private SchemaConfig schema() {
    NamedSources named = SourceSettings.named(sources, folders, here());
    try {
      named.check();
    } catch (SourceException e) {
      throw SourceSettings.failure(sources, e);
    }
    return new SchemaConfig(protosets.stream().map(file -> here().resolve(file)).toList(), named);
  }

  private Map<String, MethodConfig> methods() {
    Map<String, MethodConfig> served = new TreeMap<>();
    for (String argument : methods) {
      Matcher named = NAMED.matcher(argument);
      if (named.matches()) {
        String method = named.group(1);
        if (method == null || named.group(2).isEmpty()) {
          throw CliException.usage("'%s': give METHOD=PROGRAM, as in Get=./get.sh", argument);
        }
        if (served.put(method, config(named.group(2), method)) != null) {
          throw CliException.usage("method %s is given twice", method);
        }
      }
    }
    return served;
  }

  /** Returns the program of the methods that are not named; null if there is none. */
  private @Nullable MethodConfig others() {
    List<String> programs =
        methods.stream().filter(argument -> !NAMED.matcher(argument).matches()).toList();
    if (programs.size() > 1) {
      throw CliException.usage(
          "'%s' and '%s' are programs for all methods; give one of them, or METHOD=PROGRAM",
          programs.get(0), programs.get(1));
    }
    return programs.isEmpty() ? null : config(programs.get(0), null);
  }

  /**
   * Returns the program of an argument.
   *
   * @param method null if it is for all methods that are not named
   */
  private MethodConfig config(String program, @Nullable String method) {
    return new MethodConfig(
        new ExecConfig(List.of(program(program, method)), false, 1),
        deadline,
        Integer.MAX_VALUE,
        Map.of(),
        here(),
        null);
  }

  private String program(String name, @Nullable String method) {
    if (name.contains("/")) {
      return here().resolve(name).normalize().toString();
    }
    return ProgramSearch.find(name, context.invocation().environment("PATH"), here())
        .orElseThrow(
            () ->
                CliException.usage(
                    "there is no program %s in PATH: write ./%s for a program in this folder%s",
                    name,
                    name,
                    method == null
                        ? ", or %s=PROGRAM for the program of a method".formatted(name)
                        : ""))
        .toString();
  }

  private Path here() {
    return context.invocation().workingDirectory();
  }
}
