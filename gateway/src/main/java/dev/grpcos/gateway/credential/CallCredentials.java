package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.config.CredentialScheme;
import dev.grpcos.gateway.config.CredentialScheme.BasicScheme;
import dev.grpcos.gateway.config.CredentialScheme.BearerScheme;
import dev.grpcos.gateway.config.CredentialScheme.HelperScheme;
import dev.grpcos.gateway.config.CredentialScheme.OAuth2Scheme;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.forward.AddedHeaders;
import dev.grpcos.gateway.forward.Destination.Authorization;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * The credentials of calls to one server: the headers of all sources in its configuration, each of
 * which is read before it is needed and renewed before it expires. Safe for use by any thread.
 */
public final class CallCredentials implements AutoCloseable {
  private final List<RenewedHeaders> parts = new ArrayList<>();

  /**
   * Begins to read the credentials.
   *
   * @param owner names the server in log lines
   * @param worker reads files and runs timers; programs and token servers have their own threads
   */
  public CallCredentials(CredentialsConfig config, String owner, ScheduledExecutorService worker) {
    config
        .headers()
        .forEach(
            (name, secret) ->
                parts.add(new RenewedHeaders(SecretHeader.of(name, secret), owner, worker)));
    if (config.scheme() != null) {
      parts.add(new RenewedHeaders(source(config.scheme()), owner, worker));
    }
  }

  private static HeaderSource source(CredentialScheme scheme) {
    if (scheme instanceof BearerScheme bearer) {
      return SecretHeader.of(bearer);
    }
    if (scheme instanceof BasicScheme basic) {
      return SecretHeader.of(basic);
    }
    return scheme instanceof HelperScheme helper
        ? new CredentialHelper(helper, ProgramRun.TIMEOUT)
        : new OAuth2Tokens((OAuth2Scheme) scheme);
  }

  /**
   * Passes the headers to the callback: at once if they are known, otherwise when they are read, on
   * any thread.
   */
  public void get(Consumer<Authorization> then) {
    if (parts.size() == 1) {
      parts.get(0).get(then);
    } else {
      collect(0, AddedHeaders.NONE, then);
    }
  }

  private void collect(int index, AddedHeaders before, Consumer<Authorization> then) {
    if (index == parts.size()) {
      then.accept(new Authorization(before, Status.OK));
      return;
    }
    parts
        .get(index)
        .get(
            part -> {
              if (part.headers() == null) {
                then.accept(part);
              } else {
                collect(index + 1, before.and(part.headers()), then);
              }
            });
  }

  /**
   * Reads programs and token servers again, because a server has refused the credentials before
   * they expire: they may be revoked. Does so at most twice a minute, because callers can cause a
   * refusal.
   */
  public void refused() {
    parts.forEach(RenewedHeaders::refused);
  }

  /** Returns the state of the credentials that are in use. */
  public CredentialStatus status() {
    return parts.stream()
        .map(RenewedHeaders::status)
        .reduce(new CredentialStatus(true, null), CredentialStatus::and);
  }

  /** Stops reading, and refuses waiting calls. */
  @Override
  public void close() {
    parts.forEach(RenewedHeaders::close);
  }
}
