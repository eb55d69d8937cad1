package dev.grpcos.cli.output;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Names of variables that stand for the values of headers in printed commands. */
public final class HeaderVariables {
  private final Map<String, Integer> uses = new HashMap<>();

  /** Returns the name for the next value of a key, such as {@code AUTHORIZATION}. */
  public String next(String key) {
    String name = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    int use = uses.merge(name, 1, Integer::sum);
    return (Character.isDigit(name.charAt(0)) ? "_" : "") + name + (use == 1 ? "" : "_" + use);
  }
}
