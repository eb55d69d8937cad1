package dev.grpcos.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepeatedWarningTest {
  private final List<String> logged = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5; // nanoTime may overflow
  private final RepeatedWarning warning = new RepeatedWarning(new Recorder(), () -> now);

  private final class Recorder implements System.Logger {
    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
      logged.add(level + " " + text);
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String format, Object @Nullable ... params) {
      logged.add(level + " " + format);
    }
  }

  @Test
  void sameTextIsLoggedOnceInTenMinutes() {
    for (int second = 0; second < 1200; second++) {
      warning.warn("a {0}");
      now += Duration.ofSeconds(1).toNanos();
    }
    assertThat(logged).containsExactly("WARNING a {0}", "WARNING a {0}");
  }

  @Test
  void anotherTextIsLoggedAtOnce() {
    warning.warn("a");
    warning.warn("b");
    assertThat(logged).containsExactly("WARNING a", "WARNING b");
  }

  @Test
  void nextOccurrenceIsLoggedAtOnce() {
    warning.warn("a");
    warning.clear();
    warning.warn("a");
    assertThat(logged).containsExactly("WARNING a", "WARNING a");
  }
}
