package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.channel.ClientTls;
import dev.grpcos.gateway.channel.KeyPassword;
import dev.grpcos.gateway.channel.Pem;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.gateway.log.RepeatedWarning;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The certificates and the key of one upstream, read again when a file changes.
 *
 * <p>New connections use the new ones; existing connections continue. Files that do not match each
 * other, for example while they are replaced one by one, are logged and read again at their next
 * change; until then the previous ones stay in use.
 */
final class TlsFiles implements TlsSource {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.credential");
  private static final int CHECK_SECONDS = 2;

  private final TlsConfig config;
  private final String owner;
  private final AdvancedTlsX509TrustManager trust;
  private final @Nullable AdvancedTlsX509KeyManager identity;
  private final ScheduledFuture<?> checking;
  private final RepeatedWarning warning = new RepeatedWarning(LOG);
  private List<FileStamp> seen;
  private volatile @Nullable Instant expires;

  /**
   * Reads the files.
   *
   * @param owner names the upstream in log lines
   * @param worker checks the files for changes
   * @throws IOException if a file cannot be read; the message names it
   * @throws GeneralSecurityException if a file is malformed, or the key does not match the
   *     certificate
   */
  TlsFiles(TlsConfig config, String owner, ScheduledExecutorService worker)
      throws IOException, GeneralSecurityException {
    this.config = config;
    this.owner = owner;
    seen = stamps();
    if (config.insecure()) {
      trust = ClientTls.trustingAnyone();
    } else {
      trust =
          config.ca() == null
              ? ClientTls.trustingSystem()
              : ClientTls.trusting(certificates(config.ca()));
    }
    Identity own = identity();
    identity = own == null ? null : ClientTls.presenting(own.chain, own.key);
    expires = own == null ? null : own.expires();
    checking =
        worker.scheduleWithFixedDelay(this::check, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
  }

  private record Identity(List<X509Certificate> chain, PrivateKey key) {
    /** Returns the time when the first certificate of the chain expires. */
    Instant expires() {
      return chain.stream()
          .map(each -> each.getNotAfter().toInstant())
          .min(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  @Override
  public ClientTls tls() {
    return new ClientTls(trust, identity, config.serverName(), config.alpn());
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void whenReady(Runnable then) {
    then.run();
  }

  @Override
  public @Nullable CredentialStatus status() {
    Instant until = expires;
    return until == null ? null : new CredentialStatus(Instant.now().isBefore(until), until);
  }

  private void check() {
    try {
      List<FileStamp> now = stamps();
      if (now.equals(seen)) {
        warning.clear();
        return;
      }
      seen = now;
      Identity own = identity();
      if (config.ca() != null && !config.insecure()) {
        trust.updateTrustCredentials(certificates(config.ca()).toArray(new X509Certificate[0]));
      }
      if (own != null && identity != null) {
        identity.updateIdentityCredentials(own.chain.toArray(new X509Certificate[0]), own.key);
        expires = own.expires();
      }
      LOG.log(Level.INFO, "{0}: read its certificates again", owner);
    } catch (IOException | GeneralSecurityException e) {
      warning.warn(owner + ": keeps its previous certificates: " + e.getMessage());
    }
  }

  private @Nullable Identity identity() throws IOException, GeneralSecurityException {
    Path cert = config.cert();
    Path key = config.key();
    if (cert == null || key == null) {
      return null;
    }
    List<X509Certificate> chain = certificates(cert);
    Path password = config.keyPassword();
    PrivateKey secret =
        Pem.privateKey(
            read(key),
            key.toString(),
            password == null
                ? KeyPassword.missing("set `tls.key_password` to the file of its password")
                : KeyPassword.of(read(password)));
    Pem.requirePair(chain.get(0), secret, cert.toString(), key.toString());
    return new Identity(chain, secret);
  }

  private static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    return Pem.certificates(read(file), file.toString());
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + e, e);
    }
  }

  private List<FileStamp> stamps() throws IOException {
    List<FileStamp> stamps = new ArrayList<>();
    addStamp(stamps, config.ca());
    addStamp(stamps, config.cert());
    addStamp(stamps, config.key());
    addStamp(stamps, config.keyPassword());
    return stamps;
  }

  private static void addStamp(List<FileStamp> stamps, @Nullable Path file) throws IOException {
    if (file != null) {
      try {
        stamps.add(FileStamp.of(file));
      } catch (IOException e) {
        throw new IOException(file + " cannot be read: " + e, e);
      }
    }
  }

  @Override
  public void close() {
    checking.cancel(false);
  }
}
