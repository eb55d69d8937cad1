package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.call.NamedUpstream;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.json.Nearest;
import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections for a target {@code @NAME} that is not a context, so that it should be an upstream of
 * the gateway. If it is not one either, the message also suggests contexts.
 */
public final class ReferenceConnections implements Connections {
  private final Connections gateway;
  private final String name;
  private final List<String> contexts;

  /**
   * Creates connections to the gateway.
   *
   * @param name the name of the target, without its sign
   * @param contexts the names of the caller's contexts
   */
  public ReferenceConnections(Connections gateway, String name, Collection<String> contexts) {
    this.gateway = gateway;
    this.name = name;
    this.contexts = List.copyOf(contexts);
  }

  @Override
  public void admit(ServerAddress address, boolean toGateway) {
    gateway.admit(address, toGateway);
  }

  @Override
  public void admitFiles() {
    gateway.admitFiles();
  }

  @Override
  public MessageAccount account() {
    return gateway.account();
  }

  @Override
  public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
    try {
      return new ReferenceConnection(gateway.connect(target, timeout, wait));
    } catch (CallFailedException e) {
      if (e.status().getCode() != Status.Code.UNAVAILABLE || contexts.isEmpty()) {
        throw e;
      }
      throw e.advising("there is no context '" + name + "' either" + suggestion());
    }
  }

  private String suggestion() {
    return Nearest.orAll(name, contexts, "the contexts are");
  }

  private final class ReferenceConnection implements Connection {
    private final Connection connection;

    ReferenceConnection(Connection connection) {
      this.connection = connection;
    }

    @Override
    public Channel channel() {
      return connection.channel();
    }

    @Override
    public Schema reflected(Metadata metadata) {
      return connection.reflected(metadata);
    }

    @Override
    public Status explain(Status status) {
      Status explained = connection.explain(status);
      return contexts.isEmpty() || !NamedUpstream.unknown(name).equals(explained.getDescription())
          ? explained
          : explained.withDescription(
              "'" + name + "' is neither a context nor an upstream of the gateway" + suggestion());
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
