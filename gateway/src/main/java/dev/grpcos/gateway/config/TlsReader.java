package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.SpiffeId;
import dev.grpcos.proto.config.v1.Spiffe;
import dev.grpcos.proto.config.v1.Tls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks TLS settings and converts them to records. */
final class TlsReader {
  private TlsReader() {}

  static TlsConfig read(Tls tls, Place place, Surroundings surroundings) {
    if (tls.getCert().isEmpty() != tls.getKey().isEmpty()) {
      place.problem(
          "has %s",
          tls.getKey().isEmpty() ? "a cert without key; add it" : "a key without cert; add it");
    }
    if (tls.getKey().isEmpty() && !tls.getKeyPassword().isEmpty()) {
      place.at("key_password").problem("is given without key; add it");
    }
    return new TlsConfig(
        surroundings.readableOrNull(tls.getCa(), place.at("ca")),
        surroundings.readableOrNull(tls.getCert(), place.at("cert")),
        surroundings.readableOrNull(tls.getKey(), place.at("key")),
        tls.getServerName().isEmpty() ? null : tls.getServerName(),
        tls.getInsecure(),
        !tls.getNoAlpn(),
        surroundings.readableOrNull(tls.getKeyPassword(), place.at("key_password")),
        tls.hasSpiffe() ? spiffe(tls, place, surroundings) : null);
  }

  private static @Nullable SpiffeConfig spiffe(Tls tls, Place place, Surroundings surroundings) {
    List<String> others = new ArrayList<>();
    addIf(!tls.getCa().isEmpty(), "ca", others);
    addIf(!tls.getCert().isEmpty(), "cert", others);
    addIf(!tls.getKey().isEmpty(), "key", others);
    addIf(!tls.getKeyPassword().isEmpty(), "key_password", others);
    addIf(!tls.getServerName().isEmpty(), "server_name", others);
    addIf(tls.getInsecure(), "insecure", others);
    return spiffe(tls.getSpiffe(), others, place, surroundings);
  }

  /**
   * Returns an identity from a Workload API; null if there are problems.
   *
   * @param others given keys that it excludes
   * @param place the place of those keys and of {@code spiffe}
   */
  static @Nullable SpiffeConfig spiffe(
      Spiffe spiffe, List<String> others, Place place, Surroundings surroundings) {
    for (String other : others) {
      place.at(other).problem("is given together with spiffe; leave one of them out");
    }
    Place here = place.at("spiffe");
    SpiffeId server = id(spiffe.getServerId(), here.at("server_id"));
    SpiffeId own = id(spiffe.getId(), here.at("id"));
    return server == null || spiffe.getSocket().isEmpty()
        ? null // already reported
        : new SpiffeConfig(
            surroundings.resolve(spiffe.getSocket(), here.at("socket")), server, own);
  }

  /** Returns the ID, or null if it is missing or invalid. */
  private static @Nullable SpiffeId id(String text, Place place) {
    try {
      return text.isEmpty() ? null : SpiffeId.parse(text);
    } catch (IllegalArgumentException e) {
      place.problem("is invalid: %s", e.getMessage());
      return null;
    }
  }

  /** Adds a name to a list if a condition holds. */
  static void addIf(boolean condition, String name, List<String> names) {
    if (condition) {
      names.add(name);
    }
  }
}
