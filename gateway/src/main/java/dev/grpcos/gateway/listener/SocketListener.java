package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.policy.SocketAccess;
import io.grpc.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One socket of a gateway, with its companions: the files, the servers, and their connections. The
 * owner's socket and all others differ only in the access that they give.
 *
 * <p>Not thread-safe; used by one thread at a time.
 */
public final class SocketListener implements BoundListener {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.listener");

  private final UnixSocket files;
  private final SocketAccess access;
  private final Server grpc;
  private final AcceptedConnections connections;
  private final List<CompanionListener> companions = new ArrayList<>();

  /** Creates a listener that does not listen yet; see {@link SocketListeners}. */
  SocketListener(
      UnixSocket files, SocketAccess access, Server grpc, AcceptedConnections connections) {
    this.files = files;
    this.access = access;
    this.grpc = grpc;
    this.connections = connections;
  }

  /** Starts the gRPC server. */
  void start() throws IOException {
    grpc.start();
  }

  void add(CompanionListener companion) {
    companions.add(companion);
  }

  /** Returns the number of open gRPC connections. */
  @Override
  public int connections() {
    return connections.count();
  }

  /** Returns the use of this socket and its companions until now. */
  @Override
  public SocketUse use() {
    SocketUse use = new SocketUse(connections.total(), connections.count());
    for (CompanionListener companion : companions) {
      AcceptedConnections accepted = companion.connections();
      use = use.plus(new SocketUse(accepted.total(), accepted.count()));
    }
    return use;
  }

  @Override
  public SocketAccess access() {
    return access;
  }

  /** Moves the sockets to their paths, the one without a suffix last. */
  public void publish() throws GatewayException {
    files.publish();
  }

  /** Returns whether the file at the path is still this socket. */
  public boolean isIntact() {
    return files.isIntact();
  }

  /** Changes the mode and the group of the sockets; logs a failure. */
  public void change(ListenConfig listen) {
    try {
      files.change(listen);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "socket {0} keeps its mode and group: {1}",
          access.path(),
          e.toString());
    }
  }

  /**
   * Removes the files, so that no client finds the socket; those that found it before are accepted
   * until it is closed.
   */
  public void unpublish() {
    try {
      files.unlink();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "socket " + access.path() + " cannot be removed", e);
    }
  }

  /**
   * Removes the files, accepts no more connections, and releases the path. Calls in flight and
   * commands that run continue.
   */
  public void stopAccepting() {
    unpublish();
    grpc.shutdown();
    companions.forEach(CompanionListener::stopAccepting);
    try {
      files.release();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "socket " + access.path() + " cannot be released", e);
    }
  }

  /** Waits until the gRPC connections are closed; returns false if the time expires first. */
  public boolean awaitCalls(Duration time) throws InterruptedException {
    return grpc.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Waits until the connections of the companions are closed; returns false if the time expires
   * first.
   */
  public boolean awaitCompanions(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    boolean closed = true;
    for (CompanionListener companion : companions) {
      closed &= companion.awaitClosed(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return closed;
  }

  /** Ends the gRPC connections and their calls. */
  public void endCalls() {
    grpc.shutdownNow();
  }

  /** Closes the connections of the companions. */
  public void closeCompanions() {
    companions.forEach(CompanionListener::closeNow);
  }

  /** Ends everything at once; never waits. */
  public void closeNow() {
    endCalls();
    closeCompanions();
  }
}
