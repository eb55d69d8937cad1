package dev.grpcos.cli.suites;

import dev.grpcos.cli.process.ForeignTools;
import java.io.IOException;
import java.nio.file.Path;

/** The messages of Connect's conformance suite. */
final class ConnectProtos {
  static final String PACKAGE = "connectrpc.conformance.v1.";

  private static final String SOURCE =
      """
      syntax = "proto3";
      package suite;
      import "connectrpc/conformance/v1/client_compat.proto";
      import "connectrpc/conformance/v1/server_compat.proto";
      import "connectrpc/conformance/v1/service.proto";
      message All {}
      """;

  private ConnectProtos() {}

  static CompiledProtos compile(Path folder) throws IOException {
    Path sources = ForeignTools.folder("GRPCOS_TEST_CONNECT_PROTO", "Connect's conformance protos");
    return CompiledProtos.of(folder, sources, SOURCE);
  }
}
