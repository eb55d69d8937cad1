package dev.grpcos.gateway.text;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a mistyped name was meant to be.
 *
 * <p>The distance counts insertions, deletions, replacements and swaps of neighbours; upper and
 * lower case differ by nothing. A name farther away than a third of its length is no suggestion. Of
 * dotted names the last parts are compared.
 */
public final class Nearest {
  /** Longer names are data gone astray, not typing errors; this bounds the work too. */
  private static final int MAX_LENGTH = 256;

  /** A longer list of names helps nobody. */
  private static final int MAX_LISTED = 8;

  private Nearest() {}

  /** The candidate nearest to the wanted name, the first of equals; null where none is near. */
  public static @Nullable String of(String wanted, Collection<String> candidates) {
    if (wanted.length() > MAX_LENGTH) {
      return null;
    }
    String part = lastPart(wanted);
    String nearest = null;
    int least = Math.max(1, (part.length() + 1) / 3) + 1;
    for (String candidate : candidates) {
      String other = lastPart(candidate);
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
   * The end of a message about an unknown name: what may have been meant, or else what there is.
   *
   * @param otherwise what introduces the candidates where none is near, such as "there are"
   * @return as in {@code ; did you mean 'name'?} or {@code ; there are: a, b}, or nothing
   */
  public static String orAll(String wanted, Collection<String> candidates, String otherwise) {
    String hint = hint(wanted, candidates);
    if (!hint.isEmpty() || candidates.isEmpty()) {
      return hint;
    }
    String listed = String.join(", ", candidates.stream().distinct().limit(MAX_LISTED).toList());
    return "; " + otherwise + ": " + listed + (candidates.size() > MAX_LISTED ? ", …" : "");
  }

  /** A clause such as {@code ; did you mean 'name'?}, empty where no candidate is near. */
  public static String hint(String wanted, Collection<String> candidates) {
    String nearest = of(wanted, candidates);
    return nearest == null ? "" : "; did you mean '" + nearest + "'?";
  }

  /** The last part of a dotted name: a typing error in it is no smaller for a long package. */
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
