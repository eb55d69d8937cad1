package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.SpiffeId;
import dev.grpcos.gateway.config.CredentialScheme.BasicScheme;
import dev.grpcos.gateway.config.CredentialScheme.HelperScheme;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Client;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests {@code credentials} and {@code tls.spiffe} of an upstream. */
class CredentialsReaderTest {
  private static final SecretSource SECRET = new SecretSource.OfEnvironment("TOKEN");
  private static final String OAUTH2 = "token_url: https://login.example/token";

  @TempDir private Path folder;

  private UpstreamConfig read(String keys) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("gateway.yaml"), "upstreams:\n  - {name: a, " + keys + "}\n");
    return ConfigFile.read(
            file, folder.resolve("g.sock"), Map.of("TOKEN", "t", "PATH", "/usr/bin:/bin"))
        .upstreams()
        .get(0);
  }

  private CredentialsConfig credentials(String keys) throws Exception {
    return Objects.requireNonNull(
        read("target: 'h:1', credentials: {" + keys + "}").credentials(), "credentials");
  }

  private @Nullable OAuth2Scheme oauth2(String keys) throws Exception {
    return (OAuth2Scheme) credentials("oauth2: {" + keys + "}").scheme();
  }

  private List<String> problems(String keys) throws Exception {
    try {
      UpstreamConfig unused = read(keys);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream()
          .map(each -> each.text().replaceFirst("^upstreams\\.(?:credentials\\.)?", ""))
          .toList();
    }
  }

  private List<String> credentialProblems(String keys) throws Exception {
    return problems("target: 'h:1', credentials: {" + keys + "}");
  }

  @Test
  void headersHaveLowercaseNames() throws Exception {
    assertThat(credentials("headers: {X-Api-Key: {env: TOKEN}, tenant: {file: t}}"))
        .isEqualTo(
            new CredentialsConfig(
                null,
                Map.of(
                    "x-api-key", SECRET, "tenant", new SecretSource.OfFile(folder.resolve("t")))));
  }

  @Test
  void basicHasAUserAndAPassword() throws Exception {
    assertThat(credentials("basic: {user: me, password: {env: TOKEN}}"))
        .isEqualTo(CredentialsConfig.of(new BasicScheme("me", SECRET)));
  }

  @ParameterizedTest
  @CsvSource({
    "'h:1', , grpcs://h:1",
    "'[::1]:2', plaintext: true, 'grpc://[::1]:2'",
    "'dns:///h:3', , grpcs://h:3",
    "'unix:/run/x', , unix:/run/x"
  })
  void helperGetsTheAddressOfTheServer(String target, @Nullable String more, String uri)
      throws Exception {
    UpstreamConfig upstream =
        read(
            "target: '%s', %s credentials: {helper: {command: [sh, -x]}}"
                .formatted(target, more == null ? "" : more + ","));
    assertThat(upstream.credentials())
        .isEqualTo(
            CredentialsConfig.of(
                new HelperScheme(List.of("/usr/bin/sh", "-x"), uri, Duration.ofMinutes(5))));
  }

  @Test
  void oauth2UsesTheCredentialsOfTheClient() throws Exception {
    assertThat(
            oauth2(
                OAUTH2
                    + ", client_id: me, client_secret: {env: TOKEN}, client_auth: post,"
                    + " scopes: [a, b], audience: api, timeout: 2s"))
        .isEqualTo(
            new OAuth2Scheme(
                URI.create("https://login.example/token"),
                new OAuth2Client("me", SECRET, true),
                new OAuth2Grant.ClientCredentialsGrant(),
                List.of("a", "b"),
                "api",
                List.of(),
                null,
                null,
                Duration.ofSeconds(2)));
  }

  @Test
  void oauth2UsesARefreshTokenOrExchangesAToken() throws Exception {
    OAuth2Scheme refresh =
        Objects.requireNonNull(oauth2(OAUTH2 + ", client_id: me, refresh_token: {env: TOKEN}"));
    assertThat(refresh.grant()).isEqualTo(new OAuth2Grant.RefreshTokenGrant(SECRET));
    assertThat(refresh.client()).isEqualTo(new OAuth2Client("me", null, false));
    OAuth2Scheme exchange =
        Objects.requireNonNull(
            oauth2("token_url: 'http://127.0.0.1:1/t', subject_token: {env: TOKEN}"));
    assertThat(exchange.grant())
        .isEqualTo(
            new OAuth2Grant.TokenExchangeGrant(
                new OAuth2Grant.TypedToken(SECRET, "urn:ietf:params:oauth:token-type:jwt"), null));
    assertThat(exchange.client()).isNull();
  }

  @Test
  void exchangeMayHaveAnActorAndResources() throws Exception {
    OAuth2Scheme exchange =
        Objects.requireNonNull(
            oauth2(
                OAUTH2
                    + ", subject_token: {env: TOKEN}, actor_token: {file: robot},"
                    + " actor_token_type: urn:x, resource: ['https://a.example/b']"));
    assertThat(exchange.grant())
        .isEqualTo(
            new OAuth2Grant.TokenExchangeGrant(
                new OAuth2Grant.TypedToken(SECRET, "urn:ietf:params:oauth:token-type:jwt"),
                new OAuth2Grant.TypedToken(
                    new SecretSource.OfFile(folder.resolve("robot")), "urn:x")));
    assertThat(exchange.resources()).containsExactly("https://a.example/b");
    assertThat(
            credentialProblems(
                "oauth2: {"
                    + OAUTH2
                    + ", client_id: me, refresh_token: {env: TOKEN}, actor_token: {env: TOKEN},"
                    + " resource: [a, 'https://a/#b']}"))
        .containsExactly(
            "oauth2.actor_token is given without subject_token; add it",
            "oauth2.resource is 'a', not an absolute URI without a fragment; give one, as in"
                + " https://HOST/PATH",
            "oauth2.resource is 'https://a/#b', not an absolute URI without a fragment; give one,"
                + " as in https://HOST/PATH");
  }

  @Test
  void tokensAreRequestedThroughTheProxyUnlessTheServerIsOnThisHost() throws Exception {
    String client = ", client_id: me, client_secret: {env: TOKEN}}}";
    String proxied = "target: 'h:1', proxy: 'http://p:2', credentials: {oauth2: {token_url: ";
    assertThat(proxyOf(proxied + "'https://login.example/t'" + client))
        .isEqualTo(new HttpProxy("p", 2, null, null));
    assertThat(proxyOf(proxied + "'https://localhost/t'" + client)).isNull();
    assertThat(proxyOf(proxied + "'https://[::1]:3/t'" + client)).isNull();
  }

  private @Nullable HttpProxy proxyOf(String keys) throws Exception {
    CredentialsConfig credentials = Objects.requireNonNull(read(keys).credentials());
    return ((OAuth2Scheme) Objects.requireNonNull(credentials.scheme())).proxy();
  }

  @Test
  void schemesExcludeEachOther() throws Exception {
    assertThat(credentialProblems(""))
        .containsExactly(
            "credentials has none of bearer, basic, oauth2, helper and headers; give one");
    assertThat(credentialProblems("bearer: {env: TOKEN}, helper: {command: [sh]}"))
        .containsExactly("credentials has several of bearer, basic, oauth2 and helper; give one");
    assertThat(credentialProblems("bearer: {env: TOKEN}, headers: {authorization: {env: TOKEN}}"))
        .containsExactly(
            "headers has authorization, which another key sets too; leave one of them out");
  }

  @ParameterizedTest
  @CsvSource({
    "te, is reserved",
    "host, is reserved",
    "content-type, is reserved",
    "grpc-timeout, is reserved",
    "grpcos-upstream, is reserved",
    "user-agent, is reserved",
    "':path', is not the name",
    "'a b', is not the name",
    "'', is not the name",
    "key-bin, is the name of binary"
  })
  void headersOfTheConnectionAreRefused(String name, String problem) throws Exception {
    assertThat(credentialProblems("headers: {'" + name + "': {env: TOKEN}}"))
        .singleElement()
        .asString()
        .startsWith("headers." + name + " " + problem);
  }

  @Test
  void headerIsGivenOnce() throws Exception {
    assertThat(credentialProblems("headers: {a: {env: TOKEN}, A: {env: TOKEN}}"))
        .containsExactly("headers.A is given twice, in other letter case; leave one of them out");
  }

  @ParameterizedTest
  @CsvSource({
    "'h:1', true",
    "'10.0.0.1:1', true",
    "'dns:///h:1', true",
    "'127.0.0.1:1', false",
    "'[::1]:1', false",
    "'localhost:1', false",
    "'unix:/x', false"
  })
  void credentialsNeedTlsExceptOnThisHost(String target, boolean refused) throws Exception {
    List<String> problems =
        problems(
            "target: '%s', plaintext: true, credentials: {headers: {a: {env: TOKEN}}}"
                .formatted(target));
    if (refused) {
      assertThat(problems)
          .containsExactly(
              "credentials is given for a connection without TLS, where others can read it; leave"
                  + " out plaintext");
    } else {
      assertThat(problems).isEmpty();
    }
  }

  @Test
  void proxyIsNotOnThisHost() throws Exception {
    assertThat(
            problems(
                "target: '127.0.0.1:1', plaintext: true, proxy: 'http://p:1',"
                    + " credentials: {bearer: {env: TOKEN}}"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token_url: 'http://login.example/t', subject_token: {env: TOKEN}"
            + "|oauth2.token_url is an http URL",
        "token_url: 'ftp://login.example/t', subject_token: {env: TOKEN}"
            + "|oauth2.token_url is not the URL",
        "token_url: 'https://u:p@login.example/t', subject_token: {env: TOKEN}"
            + "|oauth2.token_url is not the URL",
        "token_url: 'https:// x', subject_token: {env: TOKEN}|oauth2.token_url is not a URL",
        "token_url: 'https://h/t', client_id: a|oauth2 has no client_secret",
        "token_url: 'https://h/t', client_secret: {env: TOKEN}|oauth2 has no client_id",
        "token_url: 'https://h/t', subject_token: {env: TOKEN}, client_secret: {env: TOKEN}"
            + "|oauth2 has a client_secret without client_id",
        "token_url: 'https://h/t', subject_token: {env: TOKEN}, refresh_token: {env: TOKEN}"
            + "|oauth2 has refresh_token and subject_token",
        "token_url: 'https://h/t', subject_token: {env: TOKEN}, scopes: ['a b']"
            + "|oauth2.scopes is 'a b'",
        "token_url: 'https://h/t', subject_token: {env: TOKEN}, client_auth: jwt"
            + "|oauth2.client_auth is 'jwt'",
        "token_url: 'https://h/t', subject_token: {env: TOKEN}, ca: none.pem" + "|oauth2.ca is ",
      })
  void invalidOauth2IsReported(String keys, String problem) throws Exception {
    assertThat(credentialProblems("oauth2: {" + keys + "}"))
        .singleElement()
        .asString()
        .startsWith(problem);
  }

  @Test
  void userOfBasicHasNoColon() throws Exception {
    assertThat(credentialProblems("basic: {user: 'a:b', password: {env: TOKEN}}"))
        .containsExactly("basic.user contains a colon or a control character; give another name");
    assertThat(credentialProblems("basic: {user: a}"))
        .containsExactly("basic.password is missing; give it");
  }

  @Test
  void spiffeHasASocketAndTheIdentityOfTheServer() throws Exception {
    assertThat(
            read("target: 'h:1', tls: {spiffe: {socket: a.sock, server_id: 'spiffe://d.e/x/y'}}")
                .tls())
        .isEqualTo(
            TlsConfig.of(
                new SpiffeConfig(folder.resolve("a.sock"), new SpiffeId("d.e", "/x/y"), null),
                true));
  }

  @ParameterizedTest
  @CsvSource({
    "'https://d/x'",
    "'spiffe://D/x'",
    "'spiffe://d/'",
    "'spiffe://d/x/../y'",
    "'spiffe://d:1/x'",
    "'spiffe:///x'",
    "'spiffe://d/x?y'"
  })
  void invalidSpiffeIdIsReported(String id) throws Exception {
    assertThat(problems("target: 'h:1', tls: {spiffe: {socket: a, server_id: '" + id + "'}}"))
        .containsExactly(
            "tls.spiffe.server_id is invalid: '%s' is not a SPIFFE ID: give spiffe://DOMAIN/PATH"
                .formatted(id));
  }

  @Test
  void spiffeExcludesOtherTrust() throws Exception {
    assertThat(
            problems(
                "target: 'h:1', tls: {insecure: true, server_name: x,"
                    + " spiffe: {socket: a, server_id: 'spiffe://d'}}"))
        .containsExactly(
            "tls.insecure is given together with spiffe; leave one of them out",
            "tls.server_name is given together with spiffe; leave one of them out");
  }
}
