package dev.grpcos.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.upstream.WorkloadApi;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.security.ProviderException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class WorkloadStreamTest {
  private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1);
  private final EventLoopGroup loops = new EventLoops(1, "test");
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    worker.shutdownNow();
    var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void responseIsReceivedAgainAfterAnUnexpectedException() throws Exception {
    Path socket = folder.resolve("api.sock");
    List<X509SVIDResponse> received = new CopyOnWriteArrayList<>();
    List<String> problems = new CopyOnWriteArrayList<>();
    WorkloadStream.Receiver receiver =
        new WorkloadStream.Receiver() {
          @Override
          public void received(X509SVIDResponse response) {
            received.add(response);
            if (received.size() == 1) {
              throw new ProviderException("broken");
            }
          }

          @Override
          public void ended(String reason) {
            problems.add(reason);
          }
        };
    try (WorkloadApi api = new WorkloadApi(socket)) {
      api.set(X509SVIDResponse.getDefaultInstance());
      WorkloadStream stream = new WorkloadStream(socket, receiver, loops, worker);
      try (stream) {
        Await.until("another stream gets the response", () -> received.size() == 2);
        assertThat(problems)
            .singleElement()
            .asString()
            .startsWith("internal error, please report it: java.security.ProviderException: broken")
            .contains("WorkloadStreamTest");
      }
    }
  }
}
