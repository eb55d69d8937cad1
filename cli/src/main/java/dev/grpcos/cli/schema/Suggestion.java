package dev.grpcos.cli.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The end of a message about an unknown name: what may have been meant, or what there is. */
public final class Suggestion {
  /** A list longer than this helps nobody. */
  private static final int MAX_LISTED = 8;

  private Suggestion() {}

  /**
   * A suggestion to append to "no such name".
   *
   * @param known the names that would have been right
   * @param otherwise what introduces the list of them where none is near, such as "there are"
   * @return as in "; did you mean 'SayHello'?", "; there are: A, B", or nothing
   */
  public static String of(String name, Collection<String> known, String otherwise) {
    String nearest = null;
    int least = Math.max(1, name.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(lastPart(name), lastPart(candidate), least);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    if (nearest != null) {
      return "; did you mean '" + nearest + "'?";
    }
    if (known.isEmpty()) {
      return "";
    }
    List<String> listed = new ArrayList<>(known.stream().distinct().limit(MAX_LISTED).toList());
    if (known.size() > MAX_LISTED) {
      listed.add("…");
    }
    return "; " + otherwise + ": " + String.join(", ", listed);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's distance, or {@code bound} where it is not less. */
  private static int distance(String a, String b, int bound) {
    if (Math.abs(a.length() - b.length()) >= bound) {
      return bound;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substituted, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return Math.min(previous[b.length()], bound);
  }
}
