package dev.grpcos.gateway.json;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Suggestions for mistyped names.
 *
 * <p>The distance of two names is the number of insertions, deletions, replacements and swaps of
 * neighbouring characters. It ignores case. A suggestion must be within a third of the name's
 * length. Dotted names are compared by their last parts. A name also suggests a longer name that
 * ends with an underscore and the name: {@code RED} suggests {@code COLOR_RED}.
 */
public final class Nearest {
  /** Longer names are not typing errors. The limit also bounds the work. */
  private static final int MAX_LENGTH = 256;

  /** A longer list of names does not help. */
  private static final int MAX_LISTED = 8;

  private Nearest() {}

  /**
   * Returns the nearest candidate, the first if several are equally near, or null if none is near.
   */
  public static @Nullable String of(String name, Collection<String> candidates) {
    if (name.length() > MAX_LENGTH) {
      return null;
    }
    String part = lastPart(name);
    String nearest = null;
    int least = Math.max(1, (part.length() + 1) / 3) + 1;
    for (String candidate : candidates) {
      String other = lastPart(candidate);
      if (!part.isEmpty() && other.endsWith("_" + part)) {
        return candidate;
      }
      if (Math.abs(other.length() - part.length()) < least) {
        int distance = distance(part, other);
        if (distance < least) {
          least = distance;
          nearest = candidate;
        }
      }
    }
    return nearest;
  }

  /**
   * Returns the end of a message about an unknown name: a suggestion, or else the candidates.
   *
   * @param otherwise introduces the list, such as "there are"
   * @return text such as {@code ; did you mean 'name'?} or {@code ; there are: a, b}, or an empty
   *     string
   */
  public static String orAll(String name, Collection<String> candidates, String otherwise) {
    String hint = hint(name, candidates);
    if (!hint.isEmpty() || candidates.isEmpty()) {
      return hint;
    }
    String listed = String.join(", ", candidates.stream().distinct().limit(MAX_LISTED).toList());
    return "; " + otherwise + ": " + listed + (candidates.size() > MAX_LISTED ? ", …" : "");
  }

  /**
   * Returns a clause such as {@code ; did you mean 'name'?}, or an empty string if no candidate is
   * near.
   */
  public static String hint(String name, Collection<String> candidates) {
    String nearest = of(name, candidates);
    return nearest == null ? "" : "; did you mean '" + nearest + "'?";
  }

  /**
   * Returns the last part of a dotted name, so that a long package does not hide a typing error in
   * it.
   */
  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = row;
      row = spare;
    }
    return last[b.length()];
  }
}
