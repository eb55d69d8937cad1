package dev.grpcos.cli.command;

import dev.grpcos.cli.call.HeaderArguments;
import dev.grpcos.cli.connection.CallDefaults;
import dev.grpcos.cli.connection.ProxyVariables;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.ContextConfig;
import dev.grpcos.gateway.config.ContextTls;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import dev.grpcos.gateway.config.CredentialsConfig;
import io.grpc.Metadata;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server and the settings that apply where the options of a command give none.
 *
 * @param usesTls whether the connection has TLS if no option decides that
 * @param authority the authority of calls; null for that of the address
 * @param proxy connects to the server; null for that of the environment
 * @param credentials the credentials of calls; null for none
 */
record ContextTarget(
    ServerAddress address,
    boolean usesTls,
    ContextTls tls,
    @Nullable String authority,
    @Nullable HttpProxy proxy,
    @Nullable CredentialsConfig credentials) {
  private static final int HTTPS_PORT = 443;

  /** Returns a server that the caller names by its address. */
  static ContextTarget of(ServerAddress address, boolean usesTls) {
    return new ContextTarget(address, usesTls, ContextTls.NONE, null, null, null);
  }

  /** Creates the server of a context. */
  ContextTarget(ContextConfig context) {
    this(
        context.target(),
        !context.plaintext() && !context.target().isLocal(),
        context.tls(),
        context.authority(),
        context.proxy(),
        context.credentials());
  }

  /**
   * Returns what calls to the server of a context have.
   *
   * @throws CliException USAGE if a key or value of its headers is invalid
   */
  static CallDefaults defaults(ContextConfig context) {
    Metadata metadata = new Metadata();
    HeaderArguments headers =
        new HeaderArguments(
            "headers of context " + context.name(),
            file -> {
              throw new IOException("a key of headers does not begin with @");
            },
            null);
    context.headers().forEach((key, value) -> headers.addTo(metadata, List.of(key + ": " + value)));
    return new CallDefaults(metadata, context.deadline());
  }

  /**
   * Returns the credentials. Requests for tokens use the proxy of the context or, without it, that
   * of the caller's environment.
   *
   * @param variables returns the value of a variable, or null
   */
  @Nullable CredentialsConfig credentials(Function<String, @Nullable String> variables) {
    if (credentials == null
        || proxy != null
        || !(credentials.scheme() instanceof OAuth2Scheme oauth2)) {
      return credentials;
    }
    URI url = oauth2.tokenUrl();
    int port = url.getPort() < 0 ? HTTPS_PORT : url.getPort();
    ServerAddress.Tcp server = new ServerAddress.Tcp(url.getHost(), port, false);
    return credentials.with(oauth2.through(ProxyVariables.find(server, true, variables)));
  }

  /**
   * Checks that no network can show the credentials.
   *
   * @param encrypted whether the connection has TLS
   * @param via the proxy of the connection, or null
   */
  void requirePrivate(boolean encrypted, @Nullable HttpProxy via) {
    if (credentials != null && !encrypted && (via != null || !address.isOnThisHost())) {
      throw CliException.usage(
          "--plaintext: the context's credentials would be sent unencrypted; leave it out");
    }
  }
}
