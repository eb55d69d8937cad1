package dev.grpcos.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root command. */
@Command(
    name = "grpcos",
    description = {
      "gRPC for shell scripts: turns JSON from standard input into calls, and prints"
          + " responses as JSON.",
      "",
      "A gateway, which runs in the background, holds connections, certificates, tokens and"
          + " schemas, so that a call takes milliseconds. It offers the services of other servers"
          + " on a Unix socket, and methods that are programs. 'grpcos gateway start' starts it."
          + " Without a gateway, a command with --target starts a JVM and calls that server."
    },
    versionProvider = VersionText.class,
    footer = {
      "  echo '{\"name\":\"world\"}' | grpcos call Greeter/SayHello",
      "  grpcos call Greeter/SayHello name=world",
      "  grpcos list",
      "  grpcos gateway start"
    })
final class GrpcosCommand implements Callable<Integer> {
  @Mixin StandardOptions standard = new StandardOptions();

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of grpcos, gRPC and protobuf, and exit.")
  boolean version;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return BriefHelp.print(spec);
  }
}
