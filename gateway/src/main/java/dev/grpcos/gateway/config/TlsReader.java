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
    for (String other : others) {
      place.at(other).problem("is given together with spiffe; leave one of them out");
    }
    Spiffe spiffe = tls.getSpiffe();
    Place here = place.at("spiffe");
    if (spiffe.getServerId().isEmpty() || spiffe.getSocket().isEmpty()) {
      return null; // already reported
    }
    try {
      return new SpiffeConfig(
          surroundings.resolve(spiffe.getSocket(), here.at("socket")),
          SpiffeId.parse(spiffe.getServerId()));
    } catch (IllegalArgumentException e) {
      here.at("server_id").problem("is invalid: %s", e.getMessage());
      return null;
    }
  }

  private static void addIf(boolean condition, String name, List<String> names) {
    if (condition) {
      names.add(name);
    }
  }
}
