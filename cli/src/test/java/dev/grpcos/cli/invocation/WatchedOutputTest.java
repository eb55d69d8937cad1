package dev.grpcos.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class WatchedOutputTest {
  @Test
  void watchIsTriedWithEachWriteUntilItBegins() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    AtomicInteger tries = new AtomicInteger();
    WatchedOutput output = new WatchedOutput(written, () -> tries.incrementAndGet() == 2);
    output.write('a');
    output.write(new byte[] {'b', 'c', 'd'}, 1, 2);
    output.write('e');
    assertThat(written).hasToString("acde");
    assertThat(tries).hasValue(2);
  }
}
