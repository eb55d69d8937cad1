package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.config.CredentialScheme.OAuth2Client;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant.RefreshTokenGrant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant.TokenExchangeGrant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import dev.grpcos.gateway.credential.AccessTokenRequest.RequestSecrets;
import dev.grpcos.gateway.forward.AddedHeaders;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens from an OAuth 2.0 server. The secrets for a request are read right before it, so
 * that a changed file is used.
 */
final class OAuth2Tokens implements HeaderSource {
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** The time until the next request if the server does not report how long a token is valid. */
  private static final Duration UNKNOWN_LIFETIME = Duration.ofMinutes(5);

  private final OAuth2Scheme scheme;
  private final TokenEndpoint endpoint;
  private final @Nullable SecretReader clientSecret;
  private final @Nullable SecretReader token;
  private final @Nullable SecretReader actor;

  /** The refresh token of the configuration that {@link #replacement} replaces. */
  private @Nullable String configured;

  /** The refresh token that the server gave last, or null. */
  private @Nullable String replacement;

  OAuth2Tokens(OAuth2Scheme scheme) {
    this.scheme = scheme;
    endpoint = new TokenEndpoint(scheme.tokenUrl(), scheme.ca(), scheme.proxy(), scheme.timeout());
    OAuth2Client client = scheme.client();
    clientSecret =
        client == null || client.secret() == null
            ? null
            : SecretReader.of(client.secret(), SecretKind.CLIENT_SECRET);
    token = token(scheme.grant());
    actor =
        scheme.grant() instanceof TokenExchangeGrant exchange && exchange.actor() != null
            ? SecretReader.of(exchange.actor().token(), SecretKind.ACTOR_TOKEN)
            : null;
  }

  private static @Nullable SecretReader token(OAuth2Grant grant) {
    if (grant instanceof RefreshTokenGrant refresh) {
      return SecretReader.of(refresh.token(), SecretKind.REFRESH_TOKEN);
    }
    return grant instanceof TokenExchangeGrant exchange
        ? SecretReader.of(exchange.subject().token(), SecretKind.SUBJECT_TOKEN)
        : null;
  }

  @Override
  public IssuedHeaders read(@Nullable IssuedHeaders last) throws IOException, InterruptedException {
    AccessToken access =
        endpoint.request(
            AccessTokenRequest.of(
                scheme,
                new RequestSecrets(
                    clientSecret == null ? null : clientSecret.read(null).text(),
                    token == null ? null : currentToken(token.read(null).text()),
                    actor == null ? null : actor.read(null).text())));
    if (access.refreshToken() != null) {
      replacement = access.refreshToken();
    }
    return new IssuedHeaders(
        AddedHeaders.of(SecretHeader.AUTHORIZATION, "Bearer " + access.token()), access.expires());
  }

  /** Returns the token to send, given that of the configuration. */
  private String currentToken(String text) {
    boolean refreshes = scheme.grant() instanceof RefreshTokenGrant;
    if (!text.equals(configured)) {
      configured = text;
      replacement = null;
    }
    return refreshes && replacement != null ? replacement : text;
  }

  @Override
  public Duration readAgain(IssuedHeaders issued, Instant now) {
    return issued.expires() == null ? UNKNOWN_LIFETIME : RenewalTime.until(issued.expires(), now);
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public void close() {
    endpoint.close();
  }

  @Override
  public Duration longestRetry() {
    return LONGEST_RETRY;
  }
}
