package dev.grpcos.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The root command. */
@Command(
    name = "grpcos",
    description =
        "gRPC for shell scripts: turns JSON from standard input into calls, and prints"
            + " responses as JSON.",
    versionProvider = VersionText.class,
    footer = {
      "  echo '{\"name\":\"world\"}' | grpcos call Greeter/SayHello",
      "  grpcos call Greeter/SayHello name=world",
      "  grpcos list",
      "  grpcos gateway start"
    })
final class GrpcosCommand implements Runnable {
  @Mixin StandardOptions standard = new StandardOptions();

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of grpcos, gRPC, protobuf and Java, and exit.")
  boolean version;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command is missing: call, list and describe are the usual ones");
  }
}
