package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.Schema;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;

/** A channel in use by one command, and the schema from its server reflection. */
public interface Connection extends AutoCloseable {
  /** Returns the channel for calls. */
  Channel channel();

  /**
   * Returns the schema from this server's reflection, which is read as far as it is needed. A
   * gateway's own schema is replaced when its services change. Safe for use by any thread.
   *
   * @param metadata sent with reflection requests; of a gateway's, only the name of an upstream
   */
  Schema reflected(Metadata metadata);

  /** Returns the status with a description of its cause, as far as the connection knows it. */
  Status explain(Status status);

  /** Returns the connection to its owner; calls in flight on it continue. */
  @Override
  void close();
}
