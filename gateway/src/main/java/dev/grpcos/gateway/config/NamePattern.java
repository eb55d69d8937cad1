package dev.grpcos.gateway.config;

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
