package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Client;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import dev.grpcos.proto.config.v1.OAuth2;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the settings of an OAuth 2.0 client and converts them to records. */
final class OAuth2Reader {
  private static final URI NONE = URI.create("https://invalid.invalid/");

  /** The characters of a scope (RFC 6749, section 3.3). */
  private static final String SCOPE = "[!#-\\[\\]-~]+";

  private final OAuth2 oauth2;
  private final Place place;
  private final Surroundings surroundings;

  private OAuth2Reader(OAuth2 oauth2, Place place, Surroundings surroundings) {
    this.oauth2 = oauth2;
    this.place = place;
    this.surroundings = surroundings;
  }

  /**
   * Returns the scheme.
   *
   * @param proxy connects to servers that are not on this host; null for direct connections
   */
  static OAuth2Scheme read(
      OAuth2 oauth2, Place place, Surroundings surroundings, @Nullable HttpProxy proxy) {
    OAuth2Reader reader = new OAuth2Reader(oauth2, place, surroundings);
    OAuth2Grant grant = reader.grant();
    URI url = reader.tokenUrl();
    return new OAuth2Scheme(
        url,
        reader.client(grant instanceof OAuth2Grant.ClientCredentialsGrant),
        grant,
        reader.scopes(),
        oauth2.getAudience().isEmpty() ? null : oauth2.getAudience(),
        reader.resources(),
        surroundings.readableOrNull(oauth2.getCa(), place.at("ca")),
        ServerAddress.isLoopback(url.getHost()) ? null : proxy,
        ProtoDurations.of(oauth2.getTimeout()));
  }

  private URI tokenUrl() {
    String text = oauth2.getTokenUrl();
    Place here = place.at("token_url");
    if (text.isEmpty()) {
      return NONE; // already reported
    }
    try {
      URI url = new URI(text);
      boolean http = "http".equalsIgnoreCase(url.getScheme());
      if ((!http && !"https".equalsIgnoreCase(url.getScheme()))
          || url.getHost() == null
          || url.getRawUserInfo() != null
          || url.getRawFragment() != null) {
        here.problem("is not the URL of a token endpoint; give https://HOST/PATH");
        return NONE;
      } else if (http && !ServerAddress.isLoopback(url.getHost())) {
        here.problem("is an http URL, which would show the credentials; give an https URL");
      }
      return url;
    } catch (URISyntaxException e) {
      here.problem("is not a URL: %s; give https://HOST/PATH", e.getReason());
      return NONE;
    }
  }

  private @Nullable OAuth2Client client(boolean required) {
    boolean hasId = !oauth2.getClientId().isEmpty();
    if (required && (!hasId || !oauth2.hasClientSecret())) {
      place.problem(
          "has no %s, which a request by the client's credentials needs; give it, or refresh_token"
              + " or subject_token",
          hasId ? "client_secret" : "client_id");
    } else if (!hasId && oauth2.hasClientSecret()) {
      place.problem("has a client_secret without client_id; add it");
    }
    String auth = oauth2.getClientAuth();
    if (!List.of("basic", "post").contains(auth)) {
      place.at("client_auth").problem("is '%s'; give basic or post", auth);
    }
    SecretSource secret =
        oauth2.hasClientSecret()
            ? surroundings.secret(oauth2.getClientSecret(), place.at("client_secret"))
            : null;
    return hasId ? new OAuth2Client(oauth2.getClientId(), secret, auth.equals("post")) : null;
  }

  private OAuth2Grant grant() {
    if (oauth2.hasRefreshToken() && oauth2.hasSubjectToken()) {
      place.problem("has refresh_token and subject_token; leave one of them out");
    }
    if (oauth2.hasActorToken() && !oauth2.hasSubjectToken()) {
      place.at("actor_token").problem("is given without subject_token; add it");
    }
    if (oauth2.hasRefreshToken()) {
      return new OAuth2Grant.RefreshTokenGrant(
          surroundings.secret(oauth2.getRefreshToken(), place.at("refresh_token")));
    }
    if (oauth2.hasSubjectToken()) {
      return new OAuth2Grant.TokenExchangeGrant(
          new OAuth2Grant.TypedToken(
              surroundings.secret(oauth2.getSubjectToken(), place.at("subject_token")),
              oauth2.getSubjectTokenType()),
          oauth2.hasActorToken()
              ? new OAuth2Grant.TypedToken(
                  surroundings.secret(oauth2.getActorToken(), place.at("actor_token")),
                  oauth2.getActorTokenType())
              : null);
    }
    return new OAuth2Grant.ClientCredentialsGrant();
  }

  private List<String> resources() {
    for (int i = 0; i < oauth2.getResourceCount(); i++) {
      if (!isResource(oauth2.getResource(i))) {
        place
            .at("resource")
            .at(i)
            .problem(
                "is '%s', not an absolute URI without a fragment; give one, as in"
                    + " https://HOST/PATH",
                oauth2.getResource(i));
      }
    }
    return oauth2.getResourceList();
  }

  private static boolean isResource(String text) {
    try {
      URI uri = new URI(text);
      return uri.isAbsolute() && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private List<String> scopes() {
    for (int i = 0; i < oauth2.getScopesCount(); i++) {
      if (!oauth2.getScopes(i).matches(SCOPE)) {
        place
            .at("scopes")
            .at(i)
            .problem("is '%s', not a scope; give a name without spaces", oauth2.getScopes(i));
      }
    }
    return oauth2.getScopesList();
  }
}
