package dev.grpcos.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Client;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant;
import dev.grpcos.gateway.credential.AccessTokenRequest.RequestSecrets;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests tokens from an OAuth 2.0 server of another implementation. */
class OAuth2TokensTest extends OAuth2Fixture {
  OAuth2TokensTest() throws Exception {}

  private TokenRequest onlyRequest() {
    assertThat(server.requests()).hasSize(1);
    return server.requests().get(0);
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
      assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo("[authorization: Bearer t]");
    }
    assertThat(server.requests()).hasSize(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
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
