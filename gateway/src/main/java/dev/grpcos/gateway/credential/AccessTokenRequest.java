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
import org.jspecify.annotations.Nullable;

/**
 * A request for an access token.
 *
 * @param body the form fields, URL-encoded
 * @param authorization the value of the header {@code Authorization}; null for none
 */
record AccessTokenRequest(String body, @Nullable String authorization) {
  /**
   * Creates a request.
   *
   * @param clientSecret null for a client without a secret
   * @param token the refresh token or the token to exchange; null for the client's credentials
   */
  static AccessTokenRequest of(
      OAuth2Scheme scheme, @Nullable String clientSecret, @Nullable String token) {
    Map<String, String> fields = new LinkedHashMap<>();
    grant(scheme.grant(), token == null ? "" : token, fields);
    if (!scheme.scopes().isEmpty()) {
      fields.put("scope", String.join(" ", scheme.scopes()));
    }
    if (scheme.audience() != null) {
      fields.put("audience", scheme.audience());
    }
    String authorization =
        scheme.client() == null ? null : authenticate(scheme.client(), clientSecret, fields);
    return new AccessTokenRequest(
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&")),
        authorization);
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

  private static void grant(OAuth2Grant grant, String token, Map<String, String> fields) {
    if (grant instanceof TokenExchangeGrant exchange) {
      fields.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
      fields.put("subject_token", token);
      fields.put("subject_token_type", exchange.type());
    } else if (grant instanceof OAuth2Grant.RefreshTokenGrant) {
      fields.put("grant_type", "refresh_token");
      fields.put("refresh_token", token);
    } else {
      fields.put("grant_type", "client_credentials");
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Override
  public String toString() {
    return "AccessTokenRequest"; // without the secrets
  }
}
