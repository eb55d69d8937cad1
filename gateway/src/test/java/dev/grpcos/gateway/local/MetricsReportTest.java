package dev.grpcos.gateway.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.exec.PoolUse;
import dev.grpcos.gateway.exec.ProcessUse;
import dev.grpcos.proto.admin.v1.Pool;
import dev.grpcos.proto.admin.v1.Processes;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsReportTest {
  @Test
  void poolsOfOneMethodAreAddedUp() {
    Processes processes =
        MetricsReport.processes(
            new ProcessUse(
                5,
                9,
                List.of(
                    new PoolUse("a.S/M", 2, 1, 0, 4),
                    new PoolUse("a.S/N", 1, 0, 0, 1),
                    new PoolUse("a.S/M", 3, 2, 1, 4))));

    assertThat(processes.getPoolsList())
        .containsExactly(
            Pool.newBuilder()
                .setMethod("a.S/M")
                .setProcesses(5)
                .setIdle(3)
                .setWaiting(1)
                .setLimit(8)
                .build(),
            Pool.newBuilder().setMethod("a.S/N").setProcesses(1).setLimit(1).build());
  }
}
