package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.help.HelpPage;
import dev.grpcos.cli.invocation.CommandRunner;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.ClosedOutputException;
import dev.grpcos.cli.output.ErrorFormat;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.output.StandardOutput;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/**
 * Runs commands, any number in parallel, each on a separate picocli command tree.
 *
 * <p>Building a tree takes milliseconds, and parsing with a used tree takes microseconds. So used
 * trees are kept, and a tree contains only the subcommand that is called. Defaults are the initial
 * values of fields, because picocli throws and catches two exceptions at every parse for each
 * {@code defaultValue} that is not a number. Safe for use by any thread.
 */
public final class Commands implements CommandRunner {
  /** The maximum number of idle trees that are kept for each subcommand. */
  private static final int MAX_IDLE = 16;

  private final Map<String, BlockingQueue<Tree>> idle = new ConcurrentHashMap<>();

  private record Tree(CommandLine commandLine, CommandContext context) {}

  @Override
  public int run(List<String> arguments, Invocation invocation) {
    if (arguments.size() == 1 && VersionText.OPTIONS.contains(arguments.get(0))) {
      return version(
          invocation); // without picocli, because its initialization would take most of the time
    }
    // The name of the only subcommand in the tree, or empty for all of them, for example for help.
    String name =
        !arguments.isEmpty() && Subcommand.exists(arguments.get(0)) ? arguments.get(0) : "";
    BlockingQueue<Tree> queue =
        idle.computeIfAbsent(name, unused -> new ArrayBlockingQueue<>(MAX_IDLE));
    Tree tree = queue.poll();
    if (tree == null) {
      tree = build(name);
    }
    int exitCode = execute(tree, arguments, invocation);
    boolean unused = queue.offer(tree);
    return exitCode;
  }

  private static int version(Invocation invocation) {
    StandardOutput output = new StandardOutput(invocation.stdout(), invocation.stdoutKind());
    try {
      output.line(String.join("\n", new VersionText().getVersion()));
      return ExitCode.OK;
    } catch (ClosedOutputException | CliException e) {
      return explain(e, new ErrorOutput(invocation.stderr(), ErrorFormat.TEXT));
    }
  }

  private static Tree build(String name) {
    CommandContext context = new CommandContext();
    return new Tree(tree(name, context), context);
  }

  /**
   * Returns picocli's model of the commands.
   *
   * @param name the name of the only subcommand to include, or empty for all
   */
  static CommandLine tree(String name, CommandContext context) {
    CommandLine root = new CommandLine(new GrpcosCommand());
    for (Subcommand subcommand : Subcommand.values()) {
      if (name.isEmpty() || subcommand.label().equals(name)) {
        root.addSubcommand(subcommand.label(), subcommand.create(context));
      }
    }
    // Commands interpret arguments that begin with @ themselves; the files belong to the caller.
    root.setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (exception, line, result) -> {
              // picocli would print the stack trace of an exception that is thrown here.
              context.failed(exception);
              return ExitCode.FAILURE;
            });
    HelpPage.install(root);
    return root;
  }

  private static int execute(Tree tree, List<String> arguments, Invocation invocation) {
    CommandContext context = tree.context();
    context.serve(invocation, ErrorFormat.of(arguments));
    ErrorOutput errors = context.errors();
    StringWriter help = new StringWriter();
    CommandLine root = tree.commandLine();
    boolean coloured = ColorMode.AUTO.isOn(invocation);
    root.setOut(new PrintWriter(help))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(coloured ? Help.Ansi.ON : Help.Ansi.OFF))
        .setParameterExceptionHandler(
            (exception, args) -> {
              CliException corrected = CorrectedCommand.of(root, arguments);
              errors.failed(corrected == null ? UsageError.of(exception) : corrected);
              return ExitCode.USAGE;
            });
    try {
      int exitCode = root.execute(arguments.toArray(new String[0]));
      Exception failure = context.failure();
      if (failure != null) {
        return explain(corrected(failure, root, arguments), errors);
      }
      byte[] text = help.toString().getBytes(StandardCharsets.UTF_8);
      if (text.length > 0) {
        new StandardOutput(invocation.stdout(), invocation.stdoutKind())
            .write(out -> out.write(text));
      }
      return exitCode;
    } catch (ClosedOutputException | CliException e) {
      return explain(e, errors);
    } finally {
      context.served();
    }
  }

  /** Returns the error with the command that was meant, if there is one, or the failure. */
  private static Exception corrected(Exception failure, CommandLine root, List<String> arguments) {
    CliException reported =
        failure instanceof RuntimeException thrown ? CliException.of(thrown) : null;
    CliException corrected =
        reported != null && reported.exitCode() == ExitCode.USAGE
            ? CorrectedCommand.of(root, arguments)
            : null;
    return corrected == null ? failure : corrected;
  }

  private static int explain(Exception failure, ErrorOutput errors) {
    if (failure instanceof OwnProcessRequiredException refusal) {
      throw refusal;
    }
    if (failure instanceof ClosedOutputException) {
      return ExitCode.OK;
    }
    CliException reported =
        failure instanceof RuntimeException thrown ? CliException.of(thrown) : null;
    if (reported != null) {
      errors.failed(reported);
      return reported.exitCode();
    }
    StackTraceElement[] trace = failure.getStackTrace();
    errors.failed(
        CliException.failure(
            failure,
            "internal error, please report it: %s%s",
            failure,
            trace.length == 0 ? "" : " at " + trace[0]));
    return ExitCode.FAILURE;
  }
}
