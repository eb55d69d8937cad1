package dev.grpcos.gateway.text;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values that carry a trace from caller to caller. Values that are too long or have too many
 * members are invalid, so that a valid one can be passed on as it is.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/">W3C Trace Context</a>
 * @see <a href="https://www.w3.org/TR/baggage/">W3C Baggage</a>
 */
public enum TraceContext {
  /** The trace, and the span that makes the call. */
  PARENT("traceparent") {
    @Override
    public boolean isValid(String value) {
      Matcher parts = TRACE_PARENT.matcher(value);
      return value.length() <= MAX_PARENT
          && parts.matches()
          && !parts.group("version").equals("ff")
          && !isZero(parts.group("trace"))
          && !isZero(parts.group("span"))
          && (parts.group("rest") == null || !parts.group("version").equals("00"));
    }
  },

  /** What the tracing systems on the way add to {@link #PARENT}; means nothing without it. */
  STATE("tracestate") {
    @Override
    public boolean isValid(String value) {
      Set<String> keys = new HashSet<>();
      return areMembers(
          value,
          MAX_STATE_MEMBERS,
          member -> {
            Matcher parts = STATE_MEMBER.matcher(member);
            return parts.matches() && keys.add(parts.group(1));
          });
    }
  },

  /** Properties of the caller's work. */
  BAGGAGE("baggage") {
    @Override
    public boolean isValid(String value) {
      return areMembers(
          value, MAX_BAGGAGE_MEMBERS, member -> BAGGAGE_MEMBER.matcher(member).matches());
    }
  };

  private interface MemberTest {
    boolean isValid(String member);
  }

  private static final int MAX_PARENT = 512;
  private static final int MAX_LENGTH = 8192;
  private static final int MAX_STATE_MEMBERS = 32;
  private static final int MAX_BAGGAGE_MEMBERS = 64;

  /** A version after 00 may add fields at the end. */
  private static final Pattern TRACE_PARENT =
      Pattern.compile(
          "(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f]{2}"
              + "(?<rest>-[\\x21-\\x7e]*)?");

  private static final Pattern STATE_MEMBER =
      Pattern.compile(
          "([a-z0-9][a-z0-9_*/@-]{0,255})="
              + "[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

  private static final String BAGGAGE_KEY = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final String BAGGAGE_VALUE =
      "[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]*+";
  private static final Pattern BAGGAGE_MEMBER =
      Pattern.compile(
          "K[ \t]*+=[ \t]*+V(?:[ \t]*+;[ \t]*+K(?:[ \t]*+=[ \t]*+V)?+)*+"
              .replace("K", BAGGAGE_KEY)
              .replace("V", BAGGAGE_VALUE));

  private final String key;

  TraceContext(String key) {
    this.key = key;
  }

  /** Returns the key in metadata; in upper case, it is the name of the environment variable. */
  public String key() {
    return key;
  }

  /** Returns whether a value is valid and within the limits. */
  public abstract boolean isValid(String value);

  private static boolean isZero(String digits) {
    return digits.chars().allMatch(digit -> digit == '0');
  }

  /** Returns whether a list has some members, all of them valid; empty ones are permitted. */
  private static boolean areMembers(String list, int most, MemberTest test) {
    if (list.length() > MAX_LENGTH) {
      return false;
    }
    int count = 0;
    for (String part : list.split(",", -1)) {
      String member = part.strip();
      if (!member.isEmpty() && (++count > most || !test.isValid(member))) {
        return false;
      }
    }
    return count > 0;
  }
}
