package dev.grpcos.cli.command;

import dev.grpcos.gateway.process.Versions;
import java.util.Set;
import picocli.CommandLine.IVersionProvider;

/** The versions of grpcos, and its libraries, one line each. */
final class VersionText implements IVersionProvider {
  /** The options that print the versions, as {@link GrpcosCommand} declares them. */
  static final Set<String> OPTIONS = Set.of("-V", "--version");

  @Override
  public String[] getVersion() {
    Versions versions = Versions.read();
    return new String[] {
      "grpcos " + versions.grpcos(), "gRPC " + versions.grpc(), "protobuf " + versions.protobuf()
    };
  }
}
