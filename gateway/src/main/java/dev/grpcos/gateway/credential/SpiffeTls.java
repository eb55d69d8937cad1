package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.channel.ClientTls;
import dev.grpcos.gateway.channel.SpiffeId;
import dev.grpcos.gateway.channel.SpiffeTrust;
import dev.grpcos.gateway.config.SpiffeConfig;
import dev.grpcos.gateway.log.RepeatedWarning;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.netty.channel.EventLoopGroup;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * TLS with an identity from a SPIFFE Workload API.
 *
 * <p>New connections use the newest identity and authorities; existing connections continue. If the
 * API is absent or sends something invalid, the previous ones stay in use.
 */
final class SpiffeTls implements TlsSource {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.credential");

  /** The time after which connections are attempted although the API does not answer. */
  private static final int READY_SECONDS = 5;

  private final String title;
  private final @Nullable SpiffeId id;
  private final SpiffeTrust trust;
  private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
  private final boolean alpn;
  private final RepeatedWarning warning = new RepeatedWarning(LOG);
  private final WorkloadStream stream;
  private volatile @Nullable Instant expires;
  private volatile boolean ready;

  // Guarded by this.
  private final List<Runnable> waiting = new ArrayList<>();

  SpiffeTls(
      SpiffeConfig config,
      boolean alpn,
      String owner,
      EventLoopGroup loops,
      ScheduledExecutorService worker)
      throws GeneralSecurityException {
    this.title = owner + ": the Workload API at " + config.socket();
    this.id = config.id();
    this.alpn = alpn;
    trust = new SpiffeTrust(config.serverId());
    stream = new WorkloadStream(config.socket(), new Updates(), loops, worker);
    var unused = worker.schedule(this::becomeReady, READY_SECONDS, TimeUnit.SECONDS);
  }

  private final class Updates implements WorkloadStream.Receiver {
    @Override
    public void received(X509SVIDResponse response) {
      try {
        X509Svid svid = X509Svid.of(response, id);
        X509Certificate own = svid.chain().get(0);
        trust.update(svid.bundles());
        identity.updateIdentityCredentials(
            svid.chain().toArray(new X509Certificate[0]), svid.key());
        expires = own.getNotAfter().toInstant();
        warning.clear();
        LOG.log(Level.DEBUG, "{0} gave an identity until {1}", title, expires);
      } catch (GeneralSecurityException e) {
        failed("sent an invalid response: " + e.getMessage());
      }
      becomeReady();
    }

    @Override
    public void ended(String reason) {
      failed(reason);
      becomeReady();
    }

    private void failed(String reason) {
      trust.absent("the Workload API gave no identity: " + reason);
      warning.warn(title + ": " + reason);
    }
  }

  private void becomeReady() {
    List<Runnable> now;
    synchronized (this) {
      ready = true;
      now = List.copyOf(waiting);
      waiting.clear();
    }
    now.forEach(Runnable::run);
  }

  @Override
  public ClientTls tls() {
    return new ClientTls(trust, identity, null, alpn);
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void whenReady(Runnable then) {
    synchronized (this) {
      if (!ready) {
        waiting.add(then);
        return;
      }
    }
    then.run();
  }

  @Override
  public CredentialStatus status() {
    Instant end = expires;
    return new CredentialStatus(end != null && Instant.now().isBefore(end), end);
  }

  @Override
  public void close() {
    stream.close();
    becomeReady();
  }
}
