package dev.grpcos.cli.command;

import dev.grpcos.gateway.text.SizeText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes in bytes such as {@code 4096}, {@code 64KiB}, {@code 10MB} and {@code 1GiB}. */
final class Sizes implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    long bytes =
        SizeText.parse(value)
            .orElseThrow(
                () ->
                    new TypeConversionException("'" + value + "' is not a size: " + SizeText.FORM));
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new TypeConversionException(
          "'" + value + "' is out of range: give 1 byte to " + Integer.MAX_VALUE);
    }
    return (int) bytes;
  }
}
