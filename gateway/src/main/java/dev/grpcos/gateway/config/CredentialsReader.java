package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.CredentialScheme.BasicScheme;
import dev.grpcos.gateway.config.CredentialScheme.BearerScheme;
import dev.grpcos.gateway.config.CredentialScheme.HelperScheme;
import dev.grpcos.gateway.text.HeaderText;
import dev.grpcos.proto.config.v1.Basic;
import dev.grpcos.proto.config.v1.Credentials;
import dev.grpcos.proto.config.v1.Helper;
import dev.grpcos.proto.config.v1.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks credentials and converts them to records. */
final class CredentialsReader {
  private static final String AUTHORIZATION = "authorization";

  private final Surroundings surroundings;
  private final Server server;

  /**
   * The server that gets the credentials.
   *
   * @param address null if it is invalid, which is already reported
   * @param tls whether the connection uses TLS
   * @param proxy connects to the address; null for a direct connection
   */
  record Server(@Nullable ServerAddress address, boolean tls, @Nullable HttpProxy proxy) {
    /** Returns whether no network can show the credentials. */
    private boolean isPrivate() {
      return tls || address == null || (address.isOnThisHost() && proxy == null);
    }

    private String uri() {
      return address instanceof ServerAddress.Tcp tcp
          ? (tls ? "grpcs://" : "grpc://") + tcp.authority()
          : String.valueOf(address);
    }
  }

  private CredentialsReader(Surroundings surroundings, Server server) {
    this.surroundings = surroundings;
    this.server = server;
  }

  static CredentialsConfig read(
      Credentials credentials, Place place, Surroundings surroundings, Server server) {
    if (!server.isPrivate()) {
      place.problem(
          "is given for a connection without TLS, where others can read it; leave out plaintext");
    }
    return new CredentialsReader(surroundings, server).read(credentials, place);
  }

  private CredentialsConfig read(Credentials credentials, Place place) {
    List<Boolean> given =
        List.of(
            credentials.hasBearer(),
            credentials.hasBasic(),
            credentials.hasOauth2(),
            credentials.hasHelper());
    long count = given.stream().filter(each -> each).count();
    if (count > 1) {
      place.problem("has several of bearer, basic, oauth2 and helper; give one");
    } else if (count == 0 && credentials.getHeadersCount() == 0) {
      place.problem("has none of bearer, basic, oauth2, helper and headers; give one");
    }
    Map<String, SecretSource> headers = new LinkedHashMap<>();
    Place here = place.at("headers");
    credentials
        .getHeadersMap()
        .forEach((name, secret) -> header(name, secret, headers, here.at(name)));
    if (headers.containsKey(AUTHORIZATION) && count > 0 && !credentials.hasHelper()) {
      here.problem("has authorization, which another key sets too; leave one of them out");
    }
    return new CredentialsConfig(scheme(credentials, place), headers);
  }

  private void header(String text, Secret secret, Map<String, SecretSource> headers, Place place) {
    String name = text.toLowerCase(Locale.ROOT);
    HeaderText.problem(name).ifPresent(problem -> place.problem("%s", problem));
    if (headers.put(name, surroundings.secret(secret, place)) != null) {
      place.problem("is given twice, in other letter case; leave one of them out");
    }
  }

  private @Nullable CredentialScheme scheme(Credentials credentials, Place place) {
    if (credentials.hasBearer()) {
      return new BearerScheme(surroundings.secret(credentials.getBearer(), place.at("bearer")));
    }
    if (credentials.hasBasic()) {
      return basic(credentials.getBasic(), place.at("basic"));
    }
    if (credentials.hasOauth2()) {
      return OAuth2Reader.read(
          credentials.getOauth2(), place.at("oauth2"), surroundings, server.proxy());
    }
    return credentials.hasHelper() ? helper(credentials.getHelper(), place.at("helper")) : null;
  }

  private @Nullable BasicScheme basic(Basic basic, Place place) {
    if (basic.getUser().chars().anyMatch(c -> c == ':' || Character.isISOControl(c))) {
      place.at("user").problem("contains a colon or a control character; give another name");
    }
    return basic.hasPassword()
        ? new BasicScheme(
            basic.getUser(), surroundings.secret(basic.getPassword(), place.at("password")))
        : null; // already reported
  }

  private HelperScheme helper(Helper helper, Place place) {
    return new HelperScheme(
        surroundings.trustedCommand(helper.getCommandList(), place.at("command")),
        helper.getUri().isEmpty() ? server.uri() : helper.getUri(),
        ProtoDurations.of(helper.getRefresh()));
  }
}
