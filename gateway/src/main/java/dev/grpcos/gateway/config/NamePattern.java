package dev.grpcos.gateway.config;

/**
 * A pattern of full names, in which {@code *} is any run of characters, dots and slashes included.
 *
 * @param text as it is configured
 */
public record NamePattern(String text) {

  /** Whether it is the name of one thing. */
  public boolean isLiteral() {
    return text.indexOf('*') < 0;
  }

  /** Whether it matches the whole name; in time that is linear for any one star. */
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
        // The last star takes one character more.
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
