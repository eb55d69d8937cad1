package dev.grpcos.gateway.call;

/** The syntax of a full method name: two protobuf names, separated by a slash. */
public final class MethodName {
  /** The length to which longer names are cut in messages. */
  private static final int PRINTED = 200;

  /** Whether an ASCII character is permitted in a name. */
  private static final boolean[] PERMITTED = new boolean[128];

  static {
    for (char c = 0; c < PERMITTED.length; c++) {
      PERMITTED[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '.';
    }
  }

  private MethodName() {}

  /**
   * Returns whether this is {@code service/method}, both of them words in {@code [A-Za-z0-9_]} with
   * single dots between them. So no part of the path is {@code .} or {@code ..}, which a proxy
   * before the server would resolve.
   */
  public static boolean isValid(String name) {
    int slash = -1;
    boolean inWord = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean ends = c == '/' || c == '.';
      if (ends ? !inWord || (c == '/' && slash >= 0) : !isNameCharacter(c)) {
        return false;
      }
      slash = c == '/' ? i : slash;
      inWord = !ends;
    }
    return slash > 0 && inWord;
  }

  /** Returns the name with a question mark for each character that is not permitted in names. */
  public static String printable(String name) {
    StringBuilder printed = new StringBuilder();
    for (int i = 0; i < Math.min(PRINTED, name.length()); i++) {
      char c = name.charAt(i);
      printed.append(c == '/' || isNameCharacter(c) ? c : '?');
    }
    return printed.toString();
  }

  private static boolean isNameCharacter(char c) {
    return c < PERMITTED.length && PERMITTED[c];
  }
}
