package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.channel.ClientTls;
import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.Pem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The token endpoint of an OAuth 2.0 server.
 *
 * <p>Its requests share one HTTP client, which has a thread of its own, and which a change of the
 * file of authorities replaces. Redirects are not followed, so that secrets go only to the
 * configured URL. Used by one thread at a time.
 */
final class TokenEndpoint implements AutoCloseable {
  /** The system property by which the JDK sends no login to a proxy that tunnels, by default. */
  private static final String TUNNELS = "jdk.http.auth.tunneling.disabledSchemes";

  private static final int LOGIN_REQUIRED = 407;

  private final URI url;
  private final @Nullable Path ca;
  private final @Nullable HttpProxy proxy;
  private final Duration timeout;
  private @Nullable HttpClient client;
  private @Nullable FileStamp trusted;

  /**
   * Creates an endpoint, without a client until the first request.
   *
   * @param ca the certificates of the authorities to trust, in PEM; null for those of Java
   * @param proxy connects to the server; null for a direct connection
   * @param timeout the longest time of a request
   */
  TokenEndpoint(URI url, @Nullable Path ca, @Nullable HttpProxy proxy, Duration timeout) {
    this.url = url;
    this.ca = ca;
    this.proxy = proxy;
    this.timeout = timeout;
  }

  /** Returns the name of the server in messages, without the query. */
  String title() {
    return "token server " + url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }

  /**
   * Requests a token.
   *
   * @throws IOException if the server gives none
   */
  AccessToken request(AccessTokenRequest request) throws IOException, InterruptedException {
    Instant now = Instant.now();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(request.body()));
    if (request.authorization() != null) {
      builder.header("Authorization", request.authorization());
    }
    if (proxy != null && proxy.user() != null) {
      builder.header("Proxy-Authorization", login(proxy.user(), proxy.password()));
    }
    CompletableFuture<HttpResponse<byte[]>> response =
        client().sendAsync(builder.build(), headers -> new BoundedBody(SecretText.MOST_BYTES));
    try {
      // The timeout of the request does not include its response's body.
      HttpResponse<byte[]> received = response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (proxy != null && received.statusCode() == LOGIN_REQUIRED) {
        throw new IOException(
            title() + " cannot be reached" + via() + ", which requires another login");
      }
      return AccessToken.parse(received.statusCode(), received.body(), title(), now);
    } catch (TimeoutException e) {
      throw new IOException(title() + " did not answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(title() + " " + problem(e.getCause()), e);
    } finally {
      response.cancel(true);
    }
  }

  private String via() {
    return proxy == null ? "" : " through the proxy " + proxy;
  }

  /** Returns the value of the header, which the JDK sends to the proxy only. */
  private String login(String user, @Nullable String password) throws IOException {
    if (!"".equals(System.getProperty(TUNNELS))) {
      throw new IOException(
          title()
              + " cannot be reached"
              + via()
              + ": the JVM sends no logins to proxies; start it"
              + " with -D"
              + TUNNELS
              + "=");
    }
    return SecretHeader.basicValue(user, password == null ? "" : password);
  }

  /**
   * Returns the client.
   *
   * @throws IOException if the file of authorities cannot be read
   */
  HttpClient client() throws IOException {
    try {
      FileStamp stamp = ca == null ? null : FileStamp.of(ca);
      HttpClient current = client;
      if (current == null || !Objects.equals(stamp, trusted)) {
        close();
        current = create();
        client = current;
        trusted = stamp;
      }
      return current;
    } catch (GeneralSecurityException e) {
      throw new IOException(title() + " cannot be reached: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IOException(ca + " cannot be read: " + e, e);
    }
  }

  private HttpClient create() throws IOException, GeneralSecurityException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(
                proxy == null
                    ? HttpClient.Builder.NO_PROXY
                    : ProxySelector.of(
                        InetSocketAddress.createUnresolved(proxy.host(), proxy.port())))
            .connectTimeout(timeout);
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager trust =
        ca == null
            ? ClientTls.trustingSystem()
            : ClientTls.trusting(Pem.certificates(Files.readAllBytes(ca), ca.toString()));
    context.init(null, new TrustManager[] {trust}, null);
    return builder.sslContext(context).build();
  }

  /**
   * Ends the client. Its thread ends at once since Java 21, before that with the next collection.
   */
  @Override
  public void close() {
    HttpClient last = client;
    client = null;
    if (last instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("an HTTP client cannot be closed", e);
      }
    }
  }

  private String problem(@Nullable Throwable failure) {
    if (failure instanceof HttpTimeoutException) {
      return "did not answer within " + timeout.toMillis() + " ms";
    }
    if (failure instanceof ConnectException && failure.getMessage() == null) {
      return "cannot be reached" + via(); // the JDK has no reason for a refused connection
    }
    return "cannot be reached"
        + via()
        + ": "
        + (failure == null ? "no reason" : failure.getMessage());
  }
}
