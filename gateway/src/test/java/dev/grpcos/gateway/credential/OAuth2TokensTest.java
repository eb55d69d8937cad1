package dev.grpcos.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.channel.ConnectProxy;
import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Client;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.credential.AccessTokenRequest.RequestSecrets;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests tokens from an OAuth 2.0 server of another implementation. */
@Timeout(60)
class OAuth2TokensTest {
  private static final OAuth2Grant CLIENT = new OAuth2Grant.ClientCredentialsGrant();
  private static final String SECRET = "p:ss w%rd&ü";

  private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(2);
  private final List<AutoCloseable> open = new ArrayList<>();
  private final OAuth2Server server = new OAuth2Server();
  private final X509Bundle authority =
      new CertificateBuilder()
          .algorithm(Algorithm.ecp256)
          .subject("CN=authority")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
  @TempDir private Path folder;

  OAuth2TokensTest() throws Exception {}

  @BeforeEach
  void writeSecret() throws IOException {
    Files.writeString(folder.resolve("secret"), SECRET + "\n");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    server.close();
    worker.shutdownNow();
  }

  private SecretSource file(String name) {
    return new SecretSource.OfFile(folder.resolve(name));
  }

  private OAuth2Client client(boolean post) {
    return new OAuth2Client("me:1", file("secret"), post);
  }

  private OAuth2Scheme scheme(URI url, OAuth2Grant grant) {
    return scheme(url, grant, client(false), null);
  }

  private static OAuth2Scheme scheme(
      URI url, OAuth2Grant grant, @Nullable OAuth2Client client, @Nullable Path ca) {
    return new OAuth2Scheme(
        url,
        client,
        grant,
        List.of("read", "write"),
        "api",
        List.of("https://a.example/x?y=1", "urn:b"),
        ca,
        null,
        Duration.ofSeconds(5));
  }

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
    OAuth2Server secure = new OAuth2Server(https, "https");
    open.add(secure);
    return secure;
  }

  private CallCredentials credentials(OAuth2Scheme scheme) {
    CallCredentials credentials =
        new CallCredentials(CredentialsConfig.of(scheme), "upstream a", worker);
    open.add(credentials);
    return credentials;
  }

  private static List<String> headers(CallCredentials credentials) throws Exception {
    return HeaderTexts.of(credentials::get);
  }

  private TokenRequest onlyRequest() {
    assertThat(server.requests()).hasSize(1);
    return server.requests().get(0);
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
  void clientAuthenticatesInAHeader() throws Exception {
    CallCredentials credentials = credentials(scheme(server.url(), CLIENT));
    assertThat(headers(credentials)).containsExactly("authorization: Bearer t");
    TokenRequest request = onlyRequest();
    assertThat(request.getAuthorizationGrant()).isInstanceOf(ClientCredentialsGrant.class);
    assertThat(request.getScope().toStringList()).containsExactly("read", "write");
    assertThat(request.getCustomParameter("audience")).containsExactly("api");
    assertThat(request.getResources())
        .containsExactly(URI.create("https://a.example/x?y=1"), URI.create("urn:b"));
    ClientSecretBasic authentication = (ClientSecretBasic) request.getClientAuthentication();
    assertThat(authentication.getClientID().getValue()).isEqualTo("me:1");
    assertThat(authentication.getClientSecret().getValue()).isEqualTo(SECRET);
    assertThat(credentials.status().valid()).isTrue();
    assertThat(credentials.status().expires())
        .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3600));
  }

  @Test
  void clientAuthenticatesInTheBody() throws Exception {
    assertThat(headers(credentials(scheme(server.url(), CLIENT, client(true), null))))
        .containsExactly("authorization: Bearer t");
    ClientSecretPost authentication = (ClientSecretPost) onlyRequest().getClientAuthentication();
    assertThat(authentication.getClientID().getValue()).isEqualTo("me:1");
    assertThat(authentication.getClientSecret().getValue()).isEqualTo(SECRET);
  }

  @Test
  void replacedRefreshTokenIsUsedUntilTheFileChanges() throws Exception {
    Path file = Files.writeString(folder.resolve("refresh"), "first\n");
    AtomicInteger count = new AtomicInteger();
    server.answer(
        request -> OAuth2Server.token("t", 3600, "replacement" + count.incrementAndGet()));
    OAuth2Tokens tokens =
        new OAuth2Tokens(
            scheme(
                server.url(),
                new OAuth2Grant.RefreshTokenGrant(file("refresh")),
                new OAuth2Client("public", null, false),
                null));
    for (String unused : List.of("first", "second", "third")) {
      tokens.read(null);
    }
    Files.writeString(file, "other");
    tokens.read(null);
    assertThat(server.requests())
        .extracting(each -> ((RefreshTokenGrant) each.getAuthorizationGrant()).getRefreshToken())
        .extracting(Object::toString)
        .containsExactly("first", "replacement1", "replacement2", "other");
    assertThat(server.requests().get(0).getClientID().getValue()).isEqualTo("public");
  }

  @Test
  void tokenIsExchanged() throws Exception {
    Path file = Files.writeString(folder.resolve("subject"), "one");
    OAuth2Tokens tokens =
        new OAuth2Tokens(
            scheme(
                server.url(),
                new OAuth2Grant.TokenExchangeGrant(
                    new OAuth2Grant.TypedToken(
                        file("subject"), "urn:ietf:params:oauth:token-type:jwt"),
                    null),
                client(false),
                null));
    IssuedHeaders issued = tokens.read(null);
    assertThat(HeaderTexts.of(issued.headers())).containsExactly("authorization: Bearer t");
    Files.writeString(file, "two");
    tokens.read(issued);
    assertThat(server.requests())
        .extracting(each -> ((TokenExchangeGrant) each.getAuthorizationGrant()))
        .extracting(each -> each.getSubjectToken().getValue() + " " + each.getSubjectTokenType())
        .containsExactly(
            "one urn:ietf:params:oauth:token-type:jwt", "two urn:ietf:params:oauth:token-type:jwt");
    assertThat(server.requests())
        .allMatch(
            each -> ((TokenExchangeGrant) each.getAuthorizationGrant()).getActorToken() == null);
  }

  @Test
  void actorOfAnExchangeHasATokenOfItsOwn() throws Exception {
    Files.writeString(folder.resolve("subject"), "user");
    Path file = Files.writeString(folder.resolve("actor"), "robot");
    OAuth2Tokens tokens =
        new OAuth2Tokens(
            scheme(
                server.url(),
                new OAuth2Grant.TokenExchangeGrant(
                    new OAuth2Grant.TypedToken(
                        file("subject"), "urn:ietf:params:oauth:token-type:jwt"),
                    new OAuth2Grant.TypedToken(
                        file("actor"), "urn:ietf:params:oauth:token-type:access_token"))));
    IssuedHeaders issued = tokens.read(null);
    Files.writeString(file, "robot2");
    tokens.read(issued);
    assertThat(server.requests())
        .extracting(each -> ((TokenExchangeGrant) each.getAuthorizationGrant()))
        .extracting(
            each ->
                each.getSubjectToken().getValue()
                    + " "
                    + each.getActorToken().getValue()
                    + " "
                    + each.getActorTokenType())
        .containsExactly(
            "user robot urn:ietf:params:oauth:token-type:access_token",
            "user robot2 urn:ietf:params:oauth:token-type:access_token");
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
    int port;
    try (ConnectProxy proxy = new ConnectProxy(1)) {
      port = proxy.port();
    }
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
  void manyCallsShareOneRequest() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    server.answer(
        request -> {
          awaitQuietly(go);
          return OAuth2Server.token("t", 3600);
        });
    CallCredentials credentials = credentials(scheme(server.url(), CLIENT));
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      CompletableFuture<String> call = new CompletableFuture<>();
      credentials.get(given -> call.complete(HeaderTexts.of(given.headers()).toString()));
      calls.add(call);
    }
    go.countDown();
    for (CompletableFuture<String> call : calls) {
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("[authorization: Bearer t]");
    }
    assertThat(server.requests()).hasSize(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("no one interrupts a test", e);
    }
  }

  /** A token of seven seconds is renewed after five at most, and sent for five. */
  @Test
  void tokenIsUsedWhileItsRenewalFailsAndRenewedAfterwards() throws Exception {
    server.answer(
        request ->
            server.requests().size() == 1
                ? OAuth2Server.token("first", 7)
                : new TokenErrorResponse(OAuth2Error.SERVER_ERROR));
    CallCredentials credentials = credentials(scheme(server.url(), CLIENT));
    assertThat(headers(credentials)).containsExactly("authorization: Bearer first");
    Instant expires = credentials.status().expires();
    Await.until("a renewal failed", () -> server.requests().size() > 1);
    if (expires != null && Instant.now().plusSeconds(3).isBefore(expires)) {
      assertThat(headers(credentials)).containsExactly("authorization: Bearer first");
    }
    Await.until("it expires", () -> !credentials.status().valid());
    assertThat(headers(credentials)).singleElement().asString().contains("refused the request");

    server.answer(request -> OAuth2Server.token("second", 3600));
    Await.until(
        "it is renewed",
        () -> headers(credentials).equals(List.of("authorization: Bearer second")));
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
    URI url = server.url();
    server.close();
    assertThatThrownBy(() -> new OAuth2Tokens(scheme(url, CLIENT)).read(null))
        .isInstanceOf(IOException.class)
        .hasMessage("token server " + url + " cannot be reached");
  }

  @Test
  void unknownLifetimeIsThatOfTheJwtOrFiveMinutes() throws Exception {
    server.context("/plain", 200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}");
    // {"exp":4000000000}
    server.context(
        "/jwt",
        200,
        "{\"access_token\":\"e30.eyJleHAiOjQwMDAwMDAwMDB9.x\",\"token_type\":\"Bearer\"}");
    OAuth2Tokens plain = new OAuth2Tokens(scheme(server.url("/plain"), CLIENT));
    IssuedHeaders issued = plain.read(null);
    assertThat(issued.expires()).isNull();
    assertThat(plain.readAgain(issued, Instant.now())).isEqualTo(Duration.ofMinutes(5));
    assertThat(new OAuth2Tokens(scheme(server.url("/jwt"), CLIENT)).read(null).expires())
        .isEqualTo(Instant.ofEpochSecond(4_000_000_000L));
  }

  @Test
  void tokenThatHasExpiredOnArrivalIsNotUsed() throws Exception {
    server.answer(request -> OAuth2Server.token("t", 1));
    assertThat(headers(credentials(scheme(server.url(), CLIENT))))
        .singleElement()
        .asString()
        .startsWith("the credentials have already expired at ");
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
        new TokenEndpoint(server.url(), ca, null, Duration.ofSeconds(5))) {
      HttpClient first = endpoint.client();
      assertThat(endpoint.client()).isSameAs(first);
      Files.writeString(ca, authority.getCertificatePEM() + "\n");
      HttpClient second = endpoint.client();
      assertThat(second).isNotSameAs(first);
      assertThat(endpoint.client()).isSameAs(second);
    }
  }

  @Test
  void textsOfObjectsHaveNoSecrets() throws Exception {
    RequestSecrets secrets = new RequestSecrets(SECRET, "hunter2", "hunter3");
    assertThat(secrets.toString()).isEqualTo("RequestSecrets");
    assertThat(new OAuth2Tokens(scheme(server.url(), CLIENT)).read(null).toString())
        .contains("authorization")
        .doesNotContain("Bearer");
    assertThat(AccessTokenRequest.of(scheme(server.url(), CLIENT), secrets).toString())
        .isEqualTo("AccessTokenRequest");
    assertThat(new AccessToken("hunter2", null, "hunter3").toString()).doesNotContain("hunter");
    assertThat(new SecretText("hunter2", null).toString()).doesNotContain("hunter");
  }
}
