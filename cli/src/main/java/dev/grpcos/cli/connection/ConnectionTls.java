package dev.grpcos.cli.connection;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.grpcos.cli.connection.TlsSources.SpiffeIdentity;
import dev.grpcos.gateway.channel.ClientTls;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.gateway.credential.TlsSource;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The TLS settings of a connection. Those from a SPIFFE Workload API follow its changes until they
 * are closed. Safe for use by any thread.
 */
final class ConnectionTls implements AutoCloseable {
  private final ClientTls settings;
  private final @Nullable FollowedSource followed;

  private ConnectionTls(ClientTls settings, @Nullable FollowedSource followed) {
    this.settings = settings;
    this.followed = followed;
  }

  /** The connection to a Workload API, and the thread that uses what it sends. */
  private record FollowedSource(TlsSource source, ScheduledExecutorService worker) {}

  /**
   * Converts the content of files, or begins to read from a Workload API.
   *
   * @param owner names the server in log lines
   * @throws GeneralSecurityException if TLS cannot be set up
   */
  static ConnectionTls open(TlsSources sources, String owner, EventLoopGroup loops)
      throws GeneralSecurityException {
    if (!(sources.identity() instanceof SpiffeIdentity spiffe)) {
      return new ConnectionTls(sources.read(), null);
    }
    TlsConfig config = TlsConfig.of(spiffe.config(), sources.alpn());
    ScheduledExecutorService worker =
        Executors.newSingleThreadScheduledExecutor(
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("grpcos-identity").build());
    try {
      TlsSource source = TlsSource.of(config, owner, loops, worker);
      return new ConnectionTls(source.tls(), new FollowedSource(source, worker));
    } catch (IOException e) {
      worker.shutdownNow();
      throw new GeneralSecurityException("no file is read for an identity of a Workload API", e);
    }
  }

  ClientTls settings() {
    return settings;
  }

  /**
   * Runs when connections may be attempted: now for files, otherwise when the Workload API has
   * answered, cannot be reached or does not answer in time.
   */
  void whenReady(Runnable then) {
    if (followed == null) {
      then.run();
    } else {
      followed.source().whenReady(then);
    }
  }

  @Override
  public void close() {
    if (followed != null) {
      followed.source().close();
      followed.worker().shutdownNow();
    }
  }
}
