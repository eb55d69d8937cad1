package dev.grpcos.gateway.credential;

/** The kinds of secrets, with their names in messages and the characters that they may have. */
enum SecretKind {
  TOKEN("token", false, true),
  REFRESH_TOKEN("refresh token", false, true),
  SUBJECT_TOKEN("subject token", false, true),
  ACTOR_TOKEN("actor token", false, true),
  HEADER_VALUE("header value", true, true),
  CLIENT_SECRET("client secret", true, false),
  PASSWORD("password", true, false);

  private final String noun;
  private final boolean spaces;
  private final boolean ascii;

  SecretKind(String noun, boolean spaces, boolean ascii) {
    this.noun = noun;
    this.spaces = spaces;
    this.ascii = ascii;
  }

  String noun() {
    return noun;
  }

  /**
   * Removes what surrounds a secret: white space, or line ends if it may begin or end in spaces.
   */
  String strip(String text) {
    return ascii ? text.strip() : text.replaceFirst("[\r\n]+$", "");
  }

  boolean allows(int character) {
    boolean plain = ascii ? character < 0x7f : !Character.isISOControl(character);
    return plain && character >= (spaces ? ' ' : '!');
  }

  /** Returns what makes a character invalid, for messages. */
  String forbidden() {
    if (!ascii) {
      return "control characters";
    }
    return spaces
        ? "characters that are not printable ASCII"
        : "white space or characters that are not ASCII";
  }
}
