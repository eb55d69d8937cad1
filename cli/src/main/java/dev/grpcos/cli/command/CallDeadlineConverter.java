package dev.grpcos.cli.command;

import dev.grpcos.gateway.text.DurationText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration, or {@code none}. */
final class CallDeadlineConverter implements ITypeConverter<CallDeadline> {
  @Override
  public CallDeadline convert(String value) {
    if (value.equals("none")) {
      return new CallDeadline(null);
    }
    return new CallDeadline(
        DurationText.parse(value)
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "'" + value + "' is not a duration: " + DurationText.FORM + ", or none")));
  }
}
