package dev.grpcos.cli.completion;

/**
 * A word from bash, including its quotes.
 *
 * @param text the word without the quotes
 * @param kept the number of its characters that stay: readline replaces the characters after the
 *     last quote or after the last of {@code COMP_WORDBREAKS}, except {@code @}, which it leaves in
 *     the word
 * @param quoted whether the word ends within quotes
 */
record BashWord(String text, int kept, boolean quoted) {
  static BashWord of(String raw, String breaks) {
    StringBuilder text = new StringBuilder();
    int kept = 0;
    char quote = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      boolean escape = c == '\\' && quote != '\'' && i + 1 < raw.length();
      if (escape && (quote == 0 || "\"\\$`".indexOf(raw.charAt(i + 1)) >= 0)) {
        text.append(raw.charAt(++i));
      } else if (quote == 0 ? c == '\'' || c == '"' : c == quote) {
        quote = quote == 0 ? c : 0;
        kept = text.length();
      } else {
        text.append(c);
        if (quote == 0 && c != '@' && breaks.indexOf(c) >= 0) {
          kept = text.length();
        }
      }
    }
    return new BashWord(text.toString(), kept, quote != 0);
  }
}
