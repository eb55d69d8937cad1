package dev.grpcos.cli.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes in bytes such as {@code 4096}, {@code 64KiB}, {@code 10MB} and {@code 1GiB}. */
final class Sizes implements ITypeConverter<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,10})(B|KiB|MiB|GiB|kB|KB|MB|GB)?");

  @Override
  public Integer convert(String value) {
    Matcher size = SIZE.matcher(value);
    if (!size.matches()) {
      throw new TypeConversionException(
          "'" + value + "' is no size: give bytes, or a number with KiB, MiB or GiB");
    }
    String unit = size.group(2) == null ? "B" : size.group(2);
    long bytes =
        Long.parseLong(size.group(1))
            * switch (unit) {
              case "KiB" -> 1L << 10;
              case "MiB" -> 1L << 20;
              case "GiB" -> 1L << 30;
              case "kB", "KB" -> 1_000L;
              case "MB" -> 1_000_000L;
              case "GB" -> 1_000_000_000L;
              default -> 1L;
            };
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new TypeConversionException(
          "'" + value + "' is out of range: give 1 byte to " + Integer.MAX_VALUE);
    }
    return (int) bytes;
  }
}
