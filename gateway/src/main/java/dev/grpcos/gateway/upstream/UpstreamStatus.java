package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.credential.CredentialStatus;
import dev.grpcos.gateway.route.ShadowedService;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The status of an upstream.
 *
 * @param target the address in the configuration
 * @param since the time of the last change of state
 * @param lastError why it is not reachable, or why its descriptors could not be fetched; empty if
 *     there is no error
 * @param services the services that the upstream lists, sorted
 * @param shadowed the listed services that have another route
 * @param credentials the state of the credentials that calls carry; null if they carry none
 * @param certificate the state of the gateway's certificate; null if there is none
 */
public record UpstreamStatus(
    String name,
    String target,
    UpstreamState state,
    Instant since,
    String lastError,
    List<String> services,
    List<ShadowedService> shadowed,
    @Nullable CredentialStatus credentials,
    @Nullable CredentialStatus certificate) {
  public UpstreamStatus {
    services = List.copyOf(services);
    shadowed = List.copyOf(shadowed);
  }

  /** Returns the listed services that have a route to this upstream. */
  public List<String> offered() {
    Set<String> elsewhere =
        shadowed.stream().map(ShadowedService::service).collect(Collectors.toSet());
    return services.stream().filter(each -> !elsewhere.contains(each)).toList();
  }
}
