package dev.grpcos.cli.connection;

import java.util.ArrayList;
import java.util.List;

/** Opens one channel a target and ends with the process that it serves. */
public final class ProcessConnections implements Connections, AutoCloseable {
  private final List<SocketConnection> opened = new ArrayList<>();

  @Override
  public Connection connect(Target target) {
    SocketConnection connection = SocketConnection.open(target);
    opened.add(connection);
    return connection;
  }

  /** Ends every channel at once, calls included. */
  @Override
  public void close() {
    opened.forEach(SocketConnection::close);
  }
}
