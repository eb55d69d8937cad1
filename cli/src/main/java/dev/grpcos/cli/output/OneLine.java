package dev.grpcos.cli.output;

/** Escapes text of others for one line of a terminal. */
final class OneLine {
  private OneLine() {}

  /** Returns the text with control characters escaped, which could move the cursor or add lines. */
  static String of(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length() + 16);
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                default -> {
                  if (Character.isISOControl(c)) {
                    result.append(String.format("\\u%04x", c));
                  } else {
                    result.append((char) c);
                  }
                }
              }
            });
    return result.toString();
  }
}
