package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.daemon.SharedCommand;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.filter.Expressions;
import dev.grpcos.cli.filter.PrintedResults;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.tap.CallLines;
import dev.grpcos.cli.tap.CallText;
import dev.grpcos.cli.tap.RecordingFile;
import dev.grpcos.cli.tap.StatusFilter;
import dev.grpcos.cli.tap.TapOutput;
import dev.grpcos.cli.tap.TapSession;
import dev.grpcos.gateway.json.JsonLayout;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.proto.admin.v1.TapRequest;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code grpcos tap}: shows or records the calls that pass through the gateway. */
@Command(
    name = "tap",
    customSynopsis = "[PATTERN...] [-- COMMAND...]",
    description = {
      "Shows or records the calls that pass through the gateway. It reports time, user and process,"
          + " method, metadata, each message as JSON, status and duration. Lines of the same call"
          + " begin with the same number.",
      "",
      "PATTERN is package.Service/Method, any suffix of it, or a service; * matches any characters."
          + " Without PATTERN, all calls are shown except those of reflection and of the gateway's"
          + " own admin service.",
      "",
      "Values of metadata that may be secrets are not shown, nor are fields that the schema marks"
          + " with debug_redact. Only the gateway's user and root may tap. A tap never delays a"
          + " call: calls that come faster than they are read are counted, and not shown.",
      "",
      "With --record, writes the calls to a file instead, from which 'grpcos serve --replay'"
          + " answers them. With COMMAND, records while the command runs with GRPCOS_SOCKET set to"
          + " the gateway's socket, and exits with its exit code, or with 1 if the command succeeds"
          + " and the recording lacks a call or a message."
    },
    footer = {
      "  grpcos tap 'library.v1.*' --status '!OK'",
      "  grpcos tap SayHello --limit 1 --json",
      "  grpcos tap --record run.jsonl -- ./test.sh"
    })
final class TapCommand implements Callable<Integer> {
  /** The maximum number of bytes of a message in a recording, which has to be complete. */
  private static final int RECORDED_MESSAGE = 4 << 20;

  @Parameters(
      index = "0..*",
      paramLabel = "PATTERN",
      description = "The methods to show. After --, the command to run with --record.")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--status",
      paramLabel = "CODE",
      split = ",",
      description =
          "Only calls that end with one of these status codes, such as NOT_FOUND,INTERNAL; '!OK'"
              + " for any other code. They are shown when they have ended.")
  List<String> statuses = new ArrayList<>();

  @Option(
      names = "--uid",
      paramLabel = "UID",
      split = ",",
      description = "Only calls of these users, by number. Repeatable.")
  List<Long> uids = new ArrayList<>();

  @Option(
      names = "--upstream",
      paramLabel = "UPSTREAM",
      split = ",",
      description = "Only calls to these upstreams. Repeatable.")
  List<String> upstreams = new ArrayList<>();

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "The gateway's Unix socket, or another socket of the gateway at the default path: then"
              + " only the calls through it. Default: as for 'grpcos call'.")
  @Nullable String socket;

  @Option(
      names = "--json",
      description =
          "Print one JSON object for each call when it has ended, with the keys of a recording.")
  boolean json;

  @Option(
      names = "--jq",
      paramLabel = "EXPR",
      description = "Print the results of this jq expression for each object of --json.")
  @Nullable String jq;

  @Option(
      names = {"-r", "--raw-output"},
      description = "Print strings that --jq returns without quotes.")
  boolean raw;

  @Option(names = "--limit", paramLabel = "N", description = "End after N calls.")
  @Nullable Long limit;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Write the calls to this file, which only its owner can read. It is described in"
              + " grpcos-recording(5).")
  @Nullable String record;

  @Mixin StandardOptions standard = new StandardOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  private final CommandContext context;

  TapCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Invocation invocation = context.invocation();
    invocation.requireOwnProcess("it shows calls until it is interrupted");
    int commandWords = wordsAfterDashes();
    List<String> command = words.subList(words.size() - commandWords, words.size());
    List<String> patterns = words.subList(0, words.size() - commandWords);
    check(command);
    StatusFilter filter = StatusFilter.parse(statuses);
    TapRequest.Builder request =
        TapRequest.newBuilder().addAllMethods(patterns).addAllUpstreams(upstreams);
    uids.forEach(uid -> request.addUids(uid.intValue()));
    if (record != null) {
      request.setMessageBytes(RECORDED_MESSAGE);
    }
    Target target = SocketPaths.gateway(socket, invocation);
    try {
      return at(target, request.build(), filter, command);
    } catch (CallFailedException e) {
      Target other = e.status().getCode() == Status.Code.PERMISSION_DENIED ? owner(target) : null;
      if (other == null) {
        throw e;
      }
      return at(other, request.addSockets(target.toString()).build(), filter, command);
    }
  }

  /** Returns the gateway at the default path if the option names another socket, or null. */
  private @Nullable Target owner(Target named) {
    Target found = socket == null ? named : SocketPaths.gateway(null, context.invocation());
    return found.address().equals(named.address()) ? null : found;
  }

  private int at(Target target, TapRequest request, StatusFilter filter, List<String> command) {
    return GatewayCalls.run(
        target,
        context.invocation(),
        connection -> tap(connection, target, request, filter, command));
  }

  /** Returns the number of arguments after {@code --}. */
  private int wordsAfterDashes() {
    List<String> arguments = spec.commandLine().getParseResult().originalArgs();
    int dashes = arguments.indexOf("--");
    return dashes < 0 ? 0 : arguments.size() - dashes - 1;
  }

  private void check(List<String> command) {
    if (!command.isEmpty() && record == null) {
      throw CliException.usage(
          "a command requires --record: give the file, as in --record run.jsonl");
    }
    String shown = jq != null ? "--jq" : json ? "--json" : null;
    if (record != null && shown != null) {
      throw CliException.usage("%s and --record exclude each other: give one of them", shown);
    }
    if (raw && jq == null) {
      throw CliException.usage("-r requires --jq: add it, as in --jq .method -r");
    }
    if (limit != null) {
      Bounds.require("--limit", limit, 1, Long.MAX_VALUE);
      if (!command.isEmpty()) {
        throw CliException.usage(
            "--limit and a command exclude each other: the recording ends with the command");
      }
    }
    uids.forEach(uid -> Bounds.require("--uid", uid, 0, 0xffff_ffffL));
  }

  private int tap(
      Connection connection,
      Target target,
      TapRequest request,
      StatusFilter filter,
      List<String> command) {
    TapOutput output = record == null ? shown(filter) : null;
    TapSession session = new TapSession(connection.channel(), request);
    for (String pattern : session.unmatched()) {
      context.errors().line("grpcos: warning: '%s' matches no known method".formatted(pattern));
    }
    long most = limit == null ? Long.MAX_VALUE : limit;
    if (output != null) {
      session.run(output, most, context.errors());
      return ExitCode.OK;
    }
    String file = Objects.requireNonNull(record);
    try (RecordingFile recording =
        new RecordingFile(file, create(file), connection.reflected(new Metadata()), filter)) {
      int exitCode = record(session, recording, most, target, command);
      return complete(file, session, recording) || exitCode != ExitCode.OK
          ? exitCode
          : ExitCode.FAILURE;
    }
  }

  private TapOutput shown(StatusFilter filter) {
    if (jq == null && !json) {
      return new CallText(context.output(), filter, ZoneId.systemDefault());
    }
    JsonSink lines = new JsonLayout(false, false);
    boolean terminal = context.invocation().stdoutKind() == StreamKind.TERMINAL;
    return new CallLines(
        context.output(),
        jq == null
            ? lines
            : Expressions.filter(
                jq,
                "call",
                new PrintedResults(lines, raw, terminal),
                context.invocation()::evaluator),
        filter);
  }

  private OutputStream create(String file) {
    try {
      OutputStream created = context.invocation().create(file);
      Path path = context.invocation().workingDirectory().resolve(file);
      if (Files.isRegularFile(path)) {
        // An existing file keeps its mode.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      }
      return created;
    } catch (IOException e) {
      throw CliException.failure(e, "--record %s: %s", file, e.getMessage());
    }
  }

  /** Records until the command has ended, or without a command until this one is interrupted. */
  private int record(
      TapSession session, RecordingFile recording, long most, Target target, List<String> command) {
    if (command.isEmpty()) {
      SharedCommand.onEnd(session::finish);
      session.run(recording, most, context.errors());
      return ExitCode.OK;
    }
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            Context.current().wrap(() -> session.run(recording, most, context.errors())),
            task -> {
              Thread thread = new Thread(task, "grpcos-recording");
              thread.setDaemon(true);
              thread.start();
            });
    int exitCode = new ChildCommand(target.toString(), context).run(command);
    if (!reading.isDone()) {
      var unused = session.finish();
    }
    try {
      reading.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CliException failure && exitCode == ExitCode.OK) {
        throw failure;
      } else if (e.getCause() instanceof CliException failure) {
        context.errors().failed(failure);
      } else {
        throw e;
      }
    }
    return exitCode;
  }

  /** Returns whether the recording has all calls that have ended; reports what it lacks. */
  private boolean complete(String file, TapSession session, RecordingFile recording) {
    if (recording.unfinished() > 0) {
      context
          .errors()
          .line(
              "grpcos: %s: lacks %d %s not ended"
                  .formatted(
                      file,
                      recording.unfinished(),
                      recording.unfinished() == 1 ? "call that has" : "calls that have"));
    }
    long lacking = Math.max(session.lost(), recording.incomplete());
    if (lacking == 0) {
      return true;
    }
    recording.lose(lacking);
    context
        .errors()
        .line(
            "grpcos: %s: %d %s missing or incomplete; record fewer methods, or send less at a time"
                .formatted(file, lacking, lacking == 1 ? "call is" : "calls are"));
    return false;
  }
}
