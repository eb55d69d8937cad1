package dev.grpcos.cli.command;

import dev.grpcos.gateway.process.Versions;
import picocli.CommandLine.IVersionProvider;

/** The versions of what runs, a line each. */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Versions versions = Versions.read();
    return new String[] {
      "grpcos " + versions.grpcos(),
      "gRPC " + versions.grpc(),
      "protobuf " + versions.protobuf(),
      "Java " + versions.java()
    };
  }
}
