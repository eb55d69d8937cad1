package dev.grpcos.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.schema.Schema;
import dev.grpcos.proto.admin.v1.CallStep;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecordingFileTest {
  @Test
  void schemasAreLookedUpForALimitedNumberOfNames() {
    AtomicInteger lookups = new AtomicInteger();
    Schema empty =
        (Schema)
            Proxy.newProxyInstance(
                Schema.class.getClassLoader(),
                new Class<?>[] {Schema.class},
                (proxy, method, arguments) -> {
                  lookups.incrementAndGet();
                  return null;
                });
    int names = RecordingFile.MOST_SERVICES + 100;
    long written = 0;
    try (RecordingFile recording =
        new RecordingFile("run", OutputStream.nullOutputStream(), empty, StatusFilter.ALL)) {
      for (int i = 0; i < names; i++) {
        CallStep.Builder step = CallStep.newBuilder().setCall(i);
        recording.add(
            step.setBegan(CallStep.Began.newBuilder().setMethod("a.B" + i + "/C")).build());
        written = recording.add(step.setEnded(CallStep.Ended.getDefaultInstance()).build());
      }
      assertThat(recording.unfinished()).isZero();
    }

    assertThat(written).isEqualTo(names);
    assertThat(lookups).hasValue(RecordingFile.MOST_SERVICES);
  }
}
