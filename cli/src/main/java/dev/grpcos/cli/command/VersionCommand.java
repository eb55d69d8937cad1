package dev.grpcos.cli.command;

import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code grpcos version}: prints the versions. */
@Command(
    name = "version",
    description = "Prints the versions of grpcos, gRPC and protobuf.",
    footer = "  grpcos version")
final class VersionCommand implements Runnable {
  @Mixin StandardOptions standard = new StandardOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Stream.of(new VersionText().getVersion()).forEach(spec.commandLine().getOut()::println);
  }
}
