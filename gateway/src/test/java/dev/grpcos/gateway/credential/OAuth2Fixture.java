package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Client;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Grant;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.config.SecretSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An OAuth 2.0 server, and the credentials that a test gets from it. */
@Timeout(180)
abstract class OAuth2Fixture {
  static final OAuth2Grant CLIENT = new OAuth2Grant.ClientCredentialsGrant();
  static final String SECRET = "p:ss w%rd&ü";

  @TempDir Path folder;
  final OAuth2Server server = new OAuth2Server();
  final OpenResources open = new OpenResources();
  private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(2);

  OAuth2Fixture() throws Exception {}

  @BeforeEach
  final void writeSecret() throws IOException {
    Files.writeString(folder.resolve("secret"), SECRET + "\n");
  }

  @AfterEach
  final void stop() throws Exception {
    open.close();
    server.close();
    worker.shutdownNow();
  }

  SecretSource file(String name) {
    return new SecretSource.OfFile(folder.resolve(name));
  }

  OAuth2Client client(boolean post) {
    return new OAuth2Client("me:1", file("secret"), post);
  }

  OAuth2Scheme scheme(URI url, OAuth2Grant grant) {
    return scheme(url, grant, client(false), null);
  }

  static OAuth2Scheme scheme(
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
        Duration.ofMinutes(1));
  }

  CallCredentials credentials(OAuth2Scheme scheme) {
    return open.add(new CallCredentials(CredentialsConfig.of(scheme), "upstream a", worker));
  }

  static List<String> headers(CallCredentials credentials) throws Exception {
    return HeaderTexts.of(credentials::get);
  }
}
