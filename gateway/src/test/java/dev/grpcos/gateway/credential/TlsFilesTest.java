package dev.grpcos.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.TlsConfig;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class TlsFilesTest {
  @Test
  void settingsOfTheConfigurationReachTheClient() throws Exception {
    TlsConfig config = new TlsConfig(null, null, null, "name.example", false, false, null);
    ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor();
    try (TlsFiles files = new TlsFiles(config, "upstream books", worker)) {
      assertThat(files.tls().serverName()).isEqualTo("name.example");
      assertThat(files.tls().alpn()).isFalse();
      assertThat(files.tls().identity()).isNull();
    } finally {
      worker.shutdownNow();
    }
  }
}
