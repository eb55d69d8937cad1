package dev.grpcos.gateway.call;

/** The syntax of a full method name: two protobuf names, separated by a slash. */
public final class MethodName {
  /** The length to which longer names are cut in messages. */
  private static final int PRINTED = 200;

  private MethodName() {}

  /** Returns whether this is {@code service/method}, both in {@code [A-Za-z0-9_.]}. */
  public static boolean isValid(String name) {
    int slash = -1;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/') {
        if (slash >= 0) {
          return false;
        }
        slash = i;
      } else if (!isNameCharacter(c)) {
        return false;
      }
    }
    return slash > 0 && slash < name.length() - 1;
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
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.';
  }
}
