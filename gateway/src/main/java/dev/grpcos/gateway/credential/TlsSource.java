package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.channel.ClientTls;
import dev.grpcos.gateway.config.TlsConfig;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The certificates and the key for connections to one server, which may change at any time. */
public sealed interface TlsSource extends AutoCloseable permits TlsFiles, SpiffeTls {
  /**
   * Reads the files, or begins to read from a Workload API.
   *
   * @param owner names the server in log lines
   * @param loops epoll event loops, for the connection to a Workload API
   * @param worker checks files and certificates; may be blocked
   * @throws IOException if a file cannot be read; the message names it
   * @throws GeneralSecurityException if a file is malformed, or the key does not match the
   *     certificate
   */
  static TlsSource of(
      TlsConfig config, String owner, EventLoopGroup loops, ScheduledExecutorService worker)
      throws IOException, GeneralSecurityException {
    return config.spiffe() == null
        ? new TlsFiles(config, owner, worker)
        : new SpiffeTls(config.spiffe(), config.alpn(), owner, loops, worker);
  }

  /** Returns TLS settings that follow the changes. */
  ClientTls tls();

  /** Returns whether connections may be attempted, see {@link #whenReady}. */
  boolean isReady();

  /**
   * Runs when the first certificates are there, or could not be fetched, so that an attempt to
   * connect reports the reason. Runs at once if that is the case now.
   */
  void whenReady(Runnable then);

  /** Returns the state of a certificate from a Workload API; null for files. */
  @Nullable CredentialStatus status();

  @Override
  void close();
}
