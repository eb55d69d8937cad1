package dev.grpcos.cli.command;

import dev.grpcos.cli.completion.Candidate;
import dev.grpcos.cli.completion.Completer;
import dev.grpcos.cli.completion.GivenOption;
import dev.grpcos.cli.completion.Shell;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.text.DurationText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/**
 * {@code grpcos __complete}, which the completion scripts call. It reports no errors and exits with
 * 0, because its output would disturb the command line that the user is typing.
 */
@Command(name = "__complete", hidden = true)
final class CompleteCommand implements Callable<Integer> {
  /** The maximum time to connect, and to fetch the schema, while the user waits. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @Parameters(index = "0")
  @Nullable Shell shell;

  @Parameters(index = "1")
  String breaks = "";

  @Parameters(index = "2..*")
  List<String> words = new ArrayList<>();

  private final CommandContext context;

  CompleteCommand(CommandContext context) {
    this.context = context;
  }

  /** The options that select a schema. */
  @Command
  private static final class Origin {
    @Mixin SchemaOptions schemas = new SchemaOptions();
    @Mixin EndpointOptions endpoint = new EndpointOptions();
  }

  @Override
  public Integer call() {
    Shell caller = shell;
    if (caller == null || words.isEmpty()) {
      return ExitCode.OK;
    }
    CommandSpec root = Commands.tree("", new CommandContext()).getCommandSpec();
    String answer =
        caller.answer(
            new Completer(root, this::ask, new ServerNames(context.invocation())), breaks, words);
    context.output().write(out -> out.write(answer.getBytes(StandardCharsets.UTF_8)));
    return ExitCode.OK;
  }

  private List<Candidate> ask(List<GivenOption> options, Function<Schema, List<Candidate>> query) {
    List<Candidate> answer = new ArrayList<>();
    try {
      Origin origin = origin(options);
      origin.schemas.with(
          context.invocation(),
          origin.endpoint,
          TIMEOUT,
          schema -> {
            answer.addAll(query.apply(schema));
            return ExitCode.OK;
          });
    } catch (OwnProcessRequiredException e) {
      throw e;
    } catch (RuntimeException e) {
      return List.of(); // an incomplete command line usually has errors
    }
    return answer;
  }

  private static Origin origin(List<GivenOption> options) {
    Origin origin = new Origin();
    CommandLine line =
        new CommandLine(origin)
            .setExpandAtFiles(false)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOverwrittenOptionsAllowed(true);
    List<String> arguments = new ArrayList<>();
    for (GivenOption given : options) {
      String name = given.option().longestName();
      // completion does not wait for a server
      if (line.getCommandSpec().optionsMap().containsKey(name) && !name.equals("--wait")) {
        arguments.add(given.argument());
      }
    }
    arguments.add("--connect-timeout=" + DurationText.of(TIMEOUT));
    line.parseArgs(arguments.toArray(new String[0]));
    return origin;
  }
}
