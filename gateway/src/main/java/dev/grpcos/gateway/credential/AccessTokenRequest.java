package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.gateway.config.CredentialScheme.OAuth2Client;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant.TokenExchangeGrant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request for an access token.
 *
 * @param body the form fields, URL-encoded
 * @param authorization the value of the header {@code Authorization}; null for none
 */
record AccessTokenRequest(String body, @Nullable String authorization) {
  /**
   * The secrets of a request.
   *
   * @param client null for a client without a secret
   * @param token the refresh token or the token to exchange; null for the client's credentials
   * @param actor the token of the party that acts for the subject; null for none
   */
  record RequestSecrets(@Nullable String client, @Nullable String token, @Nullable String actor) {
    @Override
    public String toString() {
      return "RequestSecrets"; // without the secrets
    }
  }

  /** Creates a request. */
  static AccessTokenRequest of(OAuth2Scheme scheme, RequestSecrets secrets) {
    Map<String, String> fields = new LinkedHashMap<>();
    grant(scheme.grant(), secrets, fields);
    if (!scheme.scopes().isEmpty()) {
      fields.put("scope", String.join(" ", scheme.scopes()));
    }
    if (scheme.audience() != null) {
      fields.put("audience", scheme.audience());
    }
    String authorization =
        scheme.client() == null ? null : authenticate(scheme.client(), secrets.client(), fields);
    Stream<String> single =
        fields.entrySet().stream().map(field -> encoded(field.getKey(), field.getValue()));
    Stream<String> repeated = scheme.resources().stream().map(uri -> encoded("resource", uri));
    return new AccessTokenRequest(
        Stream.concat(single, repeated).collect(Collectors.joining("&")), authorization);
  }

  /** Adds the client's identity to the fields, or returns it for the header. */
  private static @Nullable String authenticate(
      OAuth2Client client, @Nullable String secret, Map<String, String> fields) {
    if (secret != null && !client.post()) {
      // Both are encoded before they are joined (RFC 6749, section 2.3.1).
      return SecretHeader.basicValue(encoded(client.id()), encoded(secret));
    }
    fields.put("client_id", client.id());
    if (secret != null) {
      fields.put("client_secret", secret);
    }
    return null;
  }

  private static void grant(OAuth2Grant grant, RequestSecrets secrets, Map<String, String> fields) {
    String token = secrets.token() == null ? "" : secrets.token();
    if (grant instanceof TokenExchangeGrant exchange) {
      fields.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
      fields.put("subject_token", token);
      fields.put("subject_token_type", exchange.subject().type());
      if (exchange.actor() != null && secrets.actor() != null) {
        fields.put("actor_token", secrets.actor());
        fields.put("actor_token_type", exchange.actor().type());
      }
    } else if (grant instanceof OAuth2Grant.RefreshTokenGrant) {
      fields.put("grant_type", "refresh_token");
      fields.put("refresh_token", token);
    } else {
      fields.put("grant_type", "client_credentials");
    }
  }

  private static String encoded(String name, String value) {
    return encoded(name) + "=" + encoded(value);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Override
  public String toString() {
    return "AccessTokenRequest"; // without the secrets
  }
}
