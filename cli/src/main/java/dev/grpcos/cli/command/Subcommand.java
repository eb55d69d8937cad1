package dev.grpcos.cli.command;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine;

/** The commands under {@code grpcos}, in the order of its help. */
enum Subcommand {
  CALL,
  SESSION,
  LIST,
  DESCRIBE,
  TEMPLATE,
  HEALTH,
  CONTEXT,
  GATEWAY,
  TOP,
  SERVE,
  TAP,
  EXPORT,
  GRPCURL,
  COMPLETION,
  HELP,
  VERSION,
  /** Called by the completion scripts; hidden in the help, like those below. */
  COMPLETE,
  /** Called by the gateway, for the expressions of {@code --jq}. */
  FILTER,
  /** Called by the build. */
  MAN;

  /** Returns the command's name on the command line. */
  String label() {
    String lower = name().toLowerCase(Locale.ROOT);
    return switch (this) {
      case COMPLETE, FILTER, MAN -> "__" + lower;
      default -> lower;
    };
  }

  /** Returns the command with its subcommands. */
  CommandLine create(CommandContext context) {
    return switch (this) {
      case CALL -> new CommandLine(new CallCommand(context));
      case SESSION -> new CommandLine(new SessionCommand(context));
      case LIST -> new CommandLine(new ListCommand(context));
      case DESCRIBE -> new CommandLine(new DescribeCommand(context));
      case TEMPLATE -> new CommandLine(new TemplateCommand(context));
      case HEALTH -> new CommandLine(new HealthCommand(context));
      case CONTEXT ->
          new CommandLine(new ContextCommand())
              .addSubcommand(new ContextListCommand(context))
              .addSubcommand(new ContextShowCommand(context))
              .addSubcommand(new ContextUseCommand(context));
      case GATEWAY ->
          new CommandLine(new GatewayCommand())
              .addSubcommand(new GatewayRunCommand(context))
              .addSubcommand(new GatewayStartCommand(context))
              .addSubcommand(new GatewayStopCommand(context))
              .addSubcommand(new GatewayRestartCommand(context))
              .addSubcommand(new GatewayStatusCommand(context))
              .addSubcommand(new GatewayMetricsCommand(context))
              .addSubcommand(new GatewayReloadCommand(context))
              .addSubcommand(new GatewayShareCommand(context))
              .addSubcommand(new GatewayCheckCommand(context))
              .addSubcommand(new GatewayLogsCommand(context));
      case TOP -> new CommandLine(new TopCommand(context));
      case SERVE -> new CommandLine(new ServeCommand(context));
      case TAP -> new CommandLine(new TapCommand(context));
      case EXPORT ->
          new CommandLine(new ExportCommand())
              .addSubcommand(new ExportDescriptorsCommand(context))
              .addSubcommand(new ExportOpenApiCommand(context));
      case GRPCURL -> GrpcurlCommand.create(context);
      case COMPLETION -> new CommandLine(new CompletionCommand(context));
      case HELP -> new CommandLine(new HelpCommand());
      case VERSION -> new CommandLine(new VersionCommand());
      case COMPLETE -> new CommandLine(new CompleteCommand(context));
      case FILTER -> new CommandLine(new FilterCommand(context));
      case MAN -> new CommandLine(new ManCommand(context));
    };
  }

  static boolean exists(String label) {
    return Arrays.stream(values()).anyMatch(subcommand -> subcommand.label().equals(label));
  }
}
