package dev.grpcos.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.grpcos.gateway.channel.ConnectProxy;
import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.UnservedPort;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** Tests how the server of tokens is reached, and reports of its failures. */
class TokenEndpointTest extends OAuth2Fixture {
  private final X509Bundle authority =
      new CertificateBuilder()
          .algorithm(Algorithm.ecp256)
          .subject("CN=authority")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();

  TokenEndpointTest() throws Exception {}

  /** Starts a server with a certificate of {@link #authority}. */
  private OAuth2Server secureServer() throws Exception {
    X509Bundle own =
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=server")
            .addSanDnsName("localhost")
            .addSanDnsName("login.invalid")
            .buildIssuedBy(authority);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.toKeyManagerFactory().getKeyManagers(), null, null);
    HttpsServer https = HttpsServer.create(OAuth2Server.loopback(), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(context));
    return open.add(new OAuth2Server(https, "https"));
  }

  private String failure(String path) {
    OAuth2Tokens tokens = new OAuth2Tokens(scheme(server.url(path), CLIENT));
    var thrown = new CompletableFuture<String>();
    assertThatThrownBy(() -> tokens.read(null))
        .isInstanceOf(IOException.class)
        .satisfies(e -> thrown.complete(e.getMessage()));
    return thrown.join().replace(server.url(path).toString(), "URL");
  }

  @Test
  void requestsGoThroughTheProxy() throws Exception {
    OAuth2Server secure = secureServer();
    Path ca = Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
    try (ConnectProxy proxy = new ConnectProxy(secure.url().getPort())) {
      // Only the proxy can resolve the name.
      URI url = URI.create("https://login.invalid:" + secure.url().getPort() + "/token");
      OAuth2Scheme scheme = scheme(url, CLIENT, client(false), ca);
      HttpProxy by = new HttpProxy("localhost", proxy.port(), null, null);
      assertThat(headers(credentials(scheme.through(by))))
          .containsExactly("authorization: Bearer t");
      assertThat(proxy.requests())
          .singleElement()
          .asString()
          .startsWith("CONNECT login.invalid:" + url.getPort() + " HTTP/1.1\r\n")
          .doesNotContain("Basic");
    }
  }

  @Test
  void absentProxyIsReported() throws Exception {
    int port = open.add(new UnservedPort()).number();
    OAuth2Scheme scheme =
        scheme(URI.create("https://login.invalid/token"), CLIENT)
            .through(new HttpProxy("127.0.0.1", port, null, null));
    assertThatThrownBy(() -> new OAuth2Tokens(scheme).read(null))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "token server https://login.invalid/token cannot be reached through the proxy"
                + " 127.0.0.1:"
                + port);
  }

  /** The JDK reads the property only once, so a test of a login needs a JVM of its own. */
  @Test
  void loginToAProxyNeedsAJvmThatSendsIt() {
    OAuth2Scheme scheme =
        scheme(URI.create("https://login.invalid/token"), CLIENT)
            .through(new HttpProxy("127.0.0.1", 1, "me", "hunter2"));
    assertThatThrownBy(() -> new OAuth2Tokens(scheme).read(null))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            " cannot be reached through the proxy 127.0.0.1:1: the JVM sends no logins to proxies;"
                + " start it with -Djdk.http.auth.tunneling.disabledSchemes=");
  }

  @Test
  void refusalHasTheServersReasonOnOneLine() {
    server.answer(request -> new TokenErrorResponse(OAuth2Error.INVALID_CLIENT));
    assertThat(failure("/token"))
        .isEqualTo(
            "token server URL refused the request: invalid_client: Client authentication failed");
    server.context(
        "/red", 400, "{\"error\":\"invalid_scope\",\"error_description\":\"no \\u001b[31mred\"}");
    assertThat(failure("/red"))
        .isEqualTo("token server URL refused the request: invalid_scope: no \\u001b[31mred");
  }

  @Test
  void invalidResponsesAreReportedWithoutTheirContent() {
    server.context("/text", 200, "hunter2");
    server.context("/type", 200, "{\"access_token\":\"hunter2\",\"token_type\":\"mac\"}");
    server.context("/none", 200, "{\"token_type\":\"bearer\"}");
    server.context(
        "/evil", 200, "{\"access_token\":\"hunter2\\r\\nx: y\",\"token_type\":\"bearer\"}");
    server.context("/large", 200, "x".repeat(SecretText.MOST_BYTES + 1));
    server.context("/moved", 307, "");
    server.context("/gone", 503, "hunter2");

    assertThat(failure("/text"))
        .isEqualTo("token server URL gave no token: its response has no access_token in JSON");
    assertThat(failure("/type"))
        .isEqualTo("token server URL gave no bearer token: its token_type is mac");
    assertThat(failure("/none"))
        .isEqualTo("token server URL gave no token: its response has no access_token in JSON");
    assertThat(failure("/evil"))
        .isEqualTo(
            "token server URL gave no token: it contains white space or characters that are not"
                + " ASCII");
    assertThat(failure("/large"))
        .isEqualTo("token server URL cannot be reached: its response is larger than 64 KiB");
    assertThat(failure("/moved"))
        .isEqualTo("token server URL refused the request: HTTP status 307");
    assertThat(failure("/gone")).isEqualTo("token server URL refused the request: HTTP status 503");
    assertThat(server.requests()).as("requests after a redirect").isEmpty();
  }

  @Test
  void endlessResponseEndsAtTheTimeout() {
    server.endless("/endless");
    OAuth2Scheme scheme =
        new OAuth2Scheme(
            server.url("/endless"),
            client(false),
            CLIENT,
            List.of(),
            null,
            List.of(),
            null,
            null,
            Duration.ofMillis(300));
    assertThatThrownBy(() -> new OAuth2Tokens(scheme).read(null))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(" did not answer within 300 ms");
  }

  @Test
  void absentServerIsReported() throws Exception {
    URI url =
        URI.create("http://localhost:%d/token".formatted(open.add(new UnservedPort()).number()));
    assertThatThrownBy(() -> new OAuth2Tokens(scheme(url, CLIENT)).read(null))
        .isInstanceOf(IOException.class)
        .hasMessage("token server " + url + " cannot be reached");
  }

  @Test
  void serverNeedsACertificateOfTheGivenAuthority() throws Exception {
    OAuth2Server secure = secureServer();
    Path ca = Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());

    assertThat(headers(credentials(scheme(secure.url(), CLIENT, client(false), ca))))
        .containsExactly("authorization: Bearer t");
    assertThatThrownBy(() -> new OAuth2Tokens(scheme(secure.url(), CLIENT)).read(null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageContaining("certification path");
  }

  @Test
  void requestsShareOneClientUntilTheAuthoritiesChange() throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=a")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path ca = Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
    try (TokenEndpoint endpoint =
        new TokenEndpoint(server.url(), ca, null, Duration.ofMinutes(1))) {
      HttpClient first = endpoint.client();
      assertThat(endpoint.client()).isSameAs(first);
      Files.writeString(ca, authority.getCertificatePEM() + "\n");
      HttpClient second = endpoint.client();
      assertThat(second).isNotSameAs(first);
      assertThat(endpoint.client()).isSameAs(second);
    }
  }
}
