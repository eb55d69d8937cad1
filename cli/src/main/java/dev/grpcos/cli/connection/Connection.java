package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.Schema;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;

/** A channel in use by one command, and the schema that its server reflection tells. */
public interface Connection extends AutoCloseable {
  /** Where calls go. */
  Channel channel();

  /**
   * The schema by this server's reflection, read as far as it was asked for; as long-lived as the
   * connection behind it. Safe for use by any thread.
   *
   * @param metadata sent with the questions; a gateway's own answer does not depend on it
   */
  Schema reflected(Metadata metadata);

  /** The status with what this connection knows of its cause, in words for its caller. */
  Status explain(Status status);

  /** Gives the connection back; calls still on it are not touched. */
  @Override
  void close();
}
