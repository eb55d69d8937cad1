package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.gateway.config.CredentialScheme.BasicScheme;
import dev.grpcos.gateway.config.CredentialScheme.BearerScheme;
import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.forward.AddedHeaders;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A header that contains a secret. */
final class SecretHeader implements HeaderSource {
  static final String AUTHORIZATION = "authorization";

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final SecretReader secret;
  private final String name;
  private final UnaryOperator<String> value;
  private @Nullable SecretText text;

  SecretHeader(SecretReader secret, String name, UnaryOperator<String> value) {
    this.secret = secret;
    this.name = name;
    this.value = value;
  }

  static SecretHeader of(String name, SecretSource source) {
    return new SecretHeader(
        SecretReader.of(source, SecretKind.HEADER_VALUE), name, UnaryOperator.identity());
  }

  static SecretHeader of(BearerScheme bearer) {
    return bearer(SecretReader.of(bearer.token(), SecretKind.TOKEN));
  }

  static SecretHeader bearer(SecretReader token) {
    return new SecretHeader(token, AUTHORIZATION, text -> "Bearer " + text);
  }

  static SecretHeader of(BasicScheme basic) {
    return new SecretHeader(
        SecretReader.of(basic.password(), SecretKind.PASSWORD),
        AUTHORIZATION,
        password -> basicValue(basic.user(), password));
  }

  /** Returns the value of {@code Authorization} for a user and a password (RFC 7617). */
  static String basicValue(String user, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  @Override
  public IssuedHeaders read(@Nullable IssuedHeaders last) throws IOException, InterruptedException {
    SecretText now = secret.read(last == null ? null : text);
    if (last != null && now.equals(text)) {
      return last;
    }
    text = now;
    return new IssuedHeaders(AddedHeaders.of(name, value.apply(now.text())), now.expires());
  }

  @Override
  public @Nullable Duration readAgain(IssuedHeaders issued, Instant now) {
    return text == null ? null : secret.readAgain(text, now);
  }

  @Override
  public boolean isSlow() {
    return secret.isSlow();
  }

  @Override
  public Duration longestRetry() {
    return LONGEST_RETRY;
  }
}
