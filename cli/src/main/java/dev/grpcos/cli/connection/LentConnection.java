package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.Schema;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.Function;

/**
 * A connection that belongs to the gateway of this process, and stays open.
 *
 * @param schemas returns the schema for reflection requests with this metadata
 */
record LentConnection(Channel channel, Function<Metadata, Schema> schemas) implements Connection {
  @Override
  public Schema reflected(Metadata metadata) {
    return schemas.apply(metadata);
  }

  @Override
  public Status explain(Status status) {
    return status;
  }

  @Override
  public void close() {}
}
