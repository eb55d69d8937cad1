package dev.grpcos.gateway.config;

import java.util.BitSet;

/**
 * A pattern of full names, in which {@code *} matches any characters, including dots and slashes.
 *
 * @param text the pattern
 */
public record NamePattern(String text) {

  /** Returns whether the pattern is a name, without {@code *}. */
  public boolean isLiteral() {
    return text.indexOf('*') < 0;
  }

  /** Returns whether it matches some name that begins with this prefix and is longer. */
  public boolean matchesSomeAfter(String prefix) {
    // The positions in the pattern that can be reached with the characters so far.
    BitSet positions = new BitSet();
    reach(0, positions);
    for (int i = 0; i < prefix.length(); i++) {
      BitSet next = new BitSet();
      for (int at = positions.nextSetBit(0); at >= 0; at = positions.nextSetBit(at + 1)) {
        if (at < text.length() && text.charAt(at) == '*') {
          reach(at, next);
        } else if (at < text.length() && text.charAt(at) == prefix.charAt(i)) {
          reach(at + 1, next);
        }
      }
      positions = next;
    }
    int first = positions.nextSetBit(0);
    return first >= 0 && first < text.length();
  }

  /** Adds a position, and those behind it that need no character because a star is there. */
  private void reach(int position, BitSet positions) {
    int at = position;
    positions.set(at);
    while (at < text.length() && text.charAt(at) == '*') {
      positions.set(++at);
    }
  }

  /** Returns whether the pattern matches the whole name. Takes linear time for each {@code *}. */
  public boolean matches(String name) {
    int at = 0;
    int inText = 0;
    int star = -1;
    int afterStar = 0;
    while (at < name.length()) {
      if (inText < text.length() && text.charAt(inText) == '*') {
        star = inText++;
        afterStar = at;
      } else if (inText < text.length() && text.charAt(inText) == name.charAt(at)) {
        inText++;
        at++;
      } else if (star >= 0) {
        // Extend the match of the last star by one character.
        inText = star + 1;
        at = ++afterStar;
      } else {
        return false;
      }
    }
    while (inText < text.length() && text.charAt(inText) == '*') {
      inText++;
    }
    return inText == text.length();
  }
}
