package dev.grpcos.gateway.text;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes in text: {@code 4096}, {@code 64KiB}, {@code 10MB}, {@code 1GiB}. */
public final class SizeText {
  /** The remedy for text that is not a size. */
  public static final String FORM = "give bytes, or a number with KiB, MiB or GiB";

  private static final Pattern SIZE = Pattern.compile("(\\d{1,10})(B|KiB|MiB|GiB|kB|KB|MB|GB)?");

  private SizeText() {}

  /** Parses a size. */
  public static OptionalLong parse(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return OptionalLong.empty();
    }
    String unit = size.group(2) == null ? "B" : size.group(2);
    return OptionalLong.of(Long.parseLong(size.group(1)) * bytesIn(unit));
  }

  private static long bytesIn(String unit) {
    return switch (unit) {
      case "KiB" -> 1L << 10;
      case "MiB" -> 1L << 20;
      case "GiB" -> 1L << 30;
      case "kB", "KB" -> 1_000L;
      case "MB" -> 1_000_000L;
      case "GB" -> 1_000_000_000L;
      default -> 1L;
    };
  }
}
