package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.invocation.Invocation;
import io.grpc.Metadata;

/**
 * The server of a command's calls.
 *
 * @param common the metadata of calls and reflection requests, to which more may be added
 */
record CallServer(Endpoint endpoint, Metadata common) {
  /** Checks the options, and reads the files and variables that the metadata comes from. */
  static CallServer resolve(
      SchemaOptions schemas,
      EndpointOptions endpoint,
      InheritOptions inherited,
      Invocation invocation) {
    schemas.admit(invocation);
    Endpoint server = endpoint.resolve(invocation);
    server.admit();
    Metadata common = schemas.headers.metadata(invocation, server);
    inherited.addTo(common, invocation);
    return new CallServer(server, common);
  }
}
