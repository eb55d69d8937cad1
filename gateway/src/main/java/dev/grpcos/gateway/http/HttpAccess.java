package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.grpcos.gateway.config.HttpConfig;
import dev.grpcos.gateway.log.RepeatedWarning;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.trust.AccessTokenFile;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The properties that a request over TCP must have: a known host, no unknown web origin, and the
 * token, whose file is read again every second. Safe for use by any thread.
 */
public final class HttpAccess implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");
  private static final String SCHEME = "bearer ";

  private final Path file;
  private final KnownHosts hosts;
  private final KnownOrigins origins;
  private final RepeatedWarning warning = new RepeatedWarning(LOG);
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          new DefaultThreadFactory("grpcos-http-token", true));
  private volatile byte[] token;

  /**
   * Reads the token.
   *
   * @throws IOException if the token is not usable, with the reason and the remedy
   */
  public HttpAccess(HttpConfig config) throws IOException {
    file = config.token();
    hosts = new KnownHosts(config.hosts());
    origins = new KnownOrigins(config.origins());
    token = AccessTokenFile.read(file, OwnProcess.uid());
  }

  /** Starts to read the token again when its file changes. */
  public void start() {
    var unused = reader.scheduleWithFixedDelay(this::readAgain, 1, 1, TimeUnit.SECONDS);
  }

  private void readAgain() {
    try {
      token = AccessTokenFile.read(file, OwnProcess.uid());
      warning.clear();
    } catch (IOException e) {
      warning.warn("listen.http keeps its previous token: " + e.getMessage());
    }
  }

  KnownHosts hosts() {
    return hosts;
  }

  KnownOrigins origins() {
    return origins;
  }

  /** Returns whether a request has the token; the time does not depend on the token. */
  boolean isAuthorized(HttpRequest request) {
    List<String> sent = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    if (sent.size() != 1 || !sent.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    String candidate = sent.get(0).substring(SCHEME.length()).strip();
    return MessageDigest.isEqual(candidate.getBytes(ISO_8859_1), token);
  }

  /** Stops reading the token. */
  @Override
  public void close() {
    reader.shutdown(); // without an interrupt, which a reading would report as an error
  }
}
