package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.policy.SocketAccess;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A place where a gateway listens for connections. */
public sealed interface BoundListener permits HttpListener, SocketListener {
  /** Returns the access of the connections. */
  SocketAccess access();

  /** Returns the number of open connections on which calls arrive. */
  int connections();

  /** Returns the use of the listener until now. */
  SocketUse use();

  /** Returns the number of open connections of all listeners. */
  static int connections(List<? extends BoundListener> listeners) {
    return listeners.stream().mapToInt(BoundListener::connections).sum();
  }

  /** Returns the number of open connections by the label of the listener's access. */
  static Map<String, Integer> connectionsByLabel(List<? extends BoundListener> listeners) {
    Map<String, Integer> connections = new TreeMap<>();
    listeners.forEach(
        each -> connections.merge(each.access().label(), each.connections(), Integer::sum));
    return connections;
  }

  /** Returns the use of all listeners. */
  static SocketUse use(List<? extends BoundListener> listeners) {
    return listeners.stream().map(BoundListener::use).reduce(SocketUse.NONE, SocketUse::plus);
  }
}
