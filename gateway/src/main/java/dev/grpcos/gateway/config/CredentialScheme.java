package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.HttpProxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A protocol by which credentials become headers of calls. */
public sealed interface CredentialScheme {
  /** Sends {@code authorization: Bearer TOKEN}. */
  record BearerScheme(SecretSource token) implements CredentialScheme {}

  /**
   * Sends {@code authorization: Basic} (RFC 7617).
   *
   * @param user has no colon
   */
  record BasicScheme(String user, SecretSource password) implements CredentialScheme {}

  /**
   * Sends the headers that a credential helper prints.
   *
   * @param command the absolute path of the program, and its arguments before {@code get}
   * @param uri the URI to send to the program
   * @param refresh the time between two runs, for headers without an expiry
   */
  record HelperScheme(List<String> command, String uri, Duration refresh)
      implements CredentialScheme {
    public HelperScheme {
      command = List.copyOf(command);
    }
  }

  /**
   * Sends access tokens from an OAuth 2.0 server as {@code authorization: Bearer TOKEN}.
   *
   * @param tokenUrl an {@code https} URL, or an {@code http} URL of a loopback address
   * @param client the client's identity, or null for an anonymous client
   * @param grant how tokens are requested
   * @param scopes the scopes to request; empty for the server's default
   * @param audience the audience to request a token for; null for the server's default
   * @param resources the URIs of the services to request a token for; empty for the server's
   *     default
   * @param ca the certificates of the authorities to trust, in PEM; null for those of Java
   * @param proxy connects to the server; null for a direct connection
   * @param timeout the longest time of a request
   */
  record OAuth2Scheme(
      URI tokenUrl,
      @Nullable OAuth2Client client,
      OAuth2Grant grant,
      List<String> scopes,
      @Nullable String audience,
      List<String> resources,
      @Nullable Path ca,
      @Nullable HttpProxy proxy,
      Duration timeout)
      implements CredentialScheme {
    public OAuth2Scheme {
      scopes = List.copyOf(scopes);
      resources = List.copyOf(resources);
    }

    /** Returns the same scheme with requests through a proxy; null for a direct connection. */
    public OAuth2Scheme through(@Nullable HttpProxy other) {
      return new OAuth2Scheme(
          tokenUrl, client, grant, scopes, audience, resources, ca, other, timeout);
    }
  }

  /**
   * The client of an OAuth 2.0 server.
   *
   * @param secret null for a public client
   * @param post whether the secret is sent in the body of the request, instead of a header
   */
  record OAuth2Client(String id, @Nullable SecretSource secret, boolean post) {}

  /** How a client requests access tokens. */
  sealed interface OAuth2Grant {
    /** By the client's own credentials (RFC 6749, section 4.4). */
    record ClientCredentialsGrant() implements OAuth2Grant {}

    /** By a refresh token (RFC 6749, section 6). */
    record RefreshTokenGrant(SecretSource token) implements OAuth2Grant {}

    /**
     * By exchange of another token (RFC 8693).
     *
     * @param subject the token to exchange
     * @param actor the token of the party that acts for the subject; null for none
     */
    record TokenExchangeGrant(TypedToken subject, @Nullable TypedToken actor)
        implements OAuth2Grant {}

    /** A token and the URI of its type. */
    record TypedToken(SecretSource token, String type) {}
  }
}
