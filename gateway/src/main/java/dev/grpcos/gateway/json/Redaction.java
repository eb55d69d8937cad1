package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides which values of a call may be secrets, for everything that shows or keeps calls. */
public final class Redaction {
  /** Replaces a secret. */
  public static final String HIDDEN = "(not shown)";

  /**
   * Words of keys whose values are secrets. Only whole words count, so that {@code x-author} and
   * {@code x-ratelimit-remaining-tokens} are shown.
   */
  private static final Set<String> SECRET_WORDS =
      Set.of(
          "apikey",
          "auth",
          "authentication",
          "authorization",
          "bearer",
          "cookie",
          "cookie2",
          "cookies",
          "credential",
          "credentials",
          "csrf",
          "jwt",
          "key",
          "passphrase",
          "passwd",
          "password",
          "secret",
          "session",
          "token",
          "xsrf");

  /** Separates the words of a key. */
  private static final Pattern SEPARATOR = Pattern.compile("[-_.]");

  private Redaction() {}

  /** Returns whether the value of metadata with this key may be a secret. */
  public static boolean isSecret(String key) {
    return SEPARATOR.splitAsStream(key.toLowerCase(Locale.ROOT)).anyMatch(SECRET_WORDS::contains);
  }

  /**
   * Returns whether the schema marks this value of a field with {@code debug_redact}: the field, or
   * the value of an enum, also as an element or as the value of a map entry.
   */
  static boolean isSecret(FieldDescriptor field, Object value) {
    return field.getOptions().getDebugRedact()
        || isSecretNumber(value)
        || (value instanceof List<?> elements
            && elements.stream()
                .map(each -> field.isMapField() ? mapped(each) : each)
                .anyMatch(Redaction::isSecretNumber));
  }

  private static boolean isSecretNumber(Object value) {
    return value instanceof EnumValueDescriptor number
        && number.getIndex() >= 0
        && number.getOptions().getDebugRedact();
  }

  /** Returns the value of a map entry. */
  private static Object mapped(Object entry) {
    return entry instanceof Message message
        ? message.getField(message.getDescriptorForType().findFieldByNumber(2))
        : entry;
  }
}
