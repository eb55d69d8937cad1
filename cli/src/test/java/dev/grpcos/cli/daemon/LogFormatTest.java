package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogFormatTest {
  private static String format(String message, @Nullable Throwable thrown, Object... parameters) {
    LogRecord record = new LogRecord(Level.WARNING, message);
    record.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    record.setLoggerName("dev.grpcos.x");
    record.setParameters(parameters);
    record.setThrown(thrown);
    return new LogFormat().format(record);
  }

  @Test
  void eventIsOneLineOfKeysAndValues() {
    assertThat(format("{0} calls", null, 3))
        .isEqualTo(
            "time=2026-01-02T03:04:05.678Z level=warning logger=dev.grpcos.x msg=\"3 calls\"\n");
  }

  @Test
  void textFromOthersCannotForgeALine() {
    assertThat(format("a\n\"b\" \\ \u001b", null)).endsWith("msg=\"a\\n\\\"b\\\" \\\\ \\u001b\"\n");
  }

  @Test
  void exceptionIsItsMessageWithoutAStackTrace() {
    assertThat(format("failed", new IllegalStateException("why")))
        .endsWith("msg=\"failed\" error=\"java.lang.IllegalStateException: why\"\n")
        .hasLineCount(1);
  }
}
