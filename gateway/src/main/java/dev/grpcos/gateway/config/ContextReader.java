package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.proto.config.v1.Context;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks a context and converts it to records. */
record ContextReader(Surroundings surroundings) {
  /** Returns the context, or null if there are problems, which are reported at their places. */
  @Nullable ContextConfig read(String name, Context context, Place place) {
    ServerAddress address =
        UpstreamReader.address(context.getTarget(), surroundings, place.at("target"));
    ContextTls tls = tls(context, place);
    boolean plain = context.getPlaintext();
    if (plain && !tls.equals(ContextTls.NONE)) {
      place.at("plaintext").problem("is true although keys for TLS are given; leave them out");
    }
    boolean usesTls =
        !plain && (address instanceof ServerAddress.Tcp || !tls.equals(ContextTls.NONE));
    HttpProxy proxy = UpstreamReader.proxy(context.getProxy(), address, place.at("proxy"));
    Map<String, String> headers = new LinkedHashMap<>(context.getHeadersMap());
    CredentialsConfig credentials =
        context.hasCredentials()
            ? CredentialsReader.read(
                context.getCredentials(),
                place.at("credentials"),
                surroundings,
                new CredentialsReader.Server(address, usesTls, proxy))
            : null;
    return address == null
        ? null
        : new ContextConfig(
            name,
            address,
            plain,
            tls,
            UpstreamReader.authority(context.getAuthority(), place.at("authority")),
            proxy,
            credentials,
            headers,
            ProtoDurations.orNull(context.hasDeadline(), context.getDeadline()));
  }

  private ContextTls tls(Context context, Place place) {
    boolean hasCert = !context.getCert().isEmpty();
    boolean hasKey = !context.getKey().isEmpty();
    if (hasCert != hasKey) {
      place.problem(
          "has %s", hasCert ? "a cert without key; add it" : "a key without cert; add it");
    }
    if (hasCert && !context.getP12().isEmpty()) {
      place.at("p12").problem("is given together with cert; leave one of them out");
    }
    if (!context.getKeyPassword().isEmpty() && !hasKey && context.getP12().isEmpty()) {
      place.at("key_password").problem("is given without key or p12; add one of them");
    }
    if (context.getInsecure() && !context.getCacert().isEmpty()) {
      place.at("insecure").problem("is given together with cacert; leave one of them out");
    }
    return new ContextTls(
        file(context.getCacert(), place.at("cacert")),
        file(context.getCert(), place.at("cert")),
        file(context.getKey(), place.at("key")),
        file(context.getKeyPassword(), place.at("key_password")),
        file(context.getP12(), place.at("p12")),
        context.getInsecure(),
        context.getServerName().isEmpty() ? null : context.getServerName(),
        !context.getNoAlpn(),
        context.hasSpiffe() ? spiffe(context, place) : null);
  }

  private @Nullable SpiffeConfig spiffe(Context context, Place place) {
    List<String> others = new ArrayList<>();
    TlsReader.addIf(!context.getCacert().isEmpty(), "cacert", others);
    TlsReader.addIf(!context.getCert().isEmpty(), "cert", others);
    TlsReader.addIf(!context.getKey().isEmpty(), "key", others);
    TlsReader.addIf(!context.getKeyPassword().isEmpty(), "key_password", others);
    TlsReader.addIf(!context.getP12().isEmpty(), "p12", others);
    TlsReader.addIf(!context.getServerName().isEmpty(), "server_name", others);
    TlsReader.addIf(context.getInsecure(), "insecure", others);
    return TlsReader.spiffe(context.getSpiffe(), others, place, surroundings);
  }

  private @Nullable Path file(String text, Place place) {
    return text.isEmpty() ? null : surroundings.resolve(text, place);
  }
}
