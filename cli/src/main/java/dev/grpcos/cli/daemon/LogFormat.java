package dev.grpcos.cli.daemon;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * Formats each event as one line of {@code key=value}. An exception is its message, without a stack
 * trace.
 */
final class LogFormat extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  @Override
  public String format(LogRecord record) {
    StringBuilder line = new StringBuilder(160);
    line.append("time=").append(TIME.format(record.getInstant()));
    line.append(" level=").append(record.getLevel().getName().toLowerCase(Locale.ROOT));
    line.append(" logger=").append(record.getLoggerName());
    line.append(" msg=").append(quoted(formatMessage(record)));
    if (record.getThrown() != null) {
      line.append(" error=").append(quoted(record.getThrown().toString()));
    }
    return line.append('\n').toString();
  }

  private static String quoted(String text) {
    StringBuilder result = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> result.append('\\').append(c);
        case '\n' -> result.append("\\n");
        default -> {
          if (Character.isISOControl(c)) {
            result.append(String.format("\\u%04x", (int) c));
          } else {
            result.append(c);
          }
        }
      }
    }
    return result.append('"').toString();
  }
}
