package dev.grpcos.gateway.http;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway with the default configuration for all tests of a class. The timeout bounds reads that
 * would wait.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HttpFixture {
  static final String SAY_HELLO = "/helloworld.Greeter/SayHello";
  static final String WORLD = "{\"name\":\"world\"}";
  static final String HELLO = "{\"message\":\"Hello world\"}\n";

  HttpGateway gateway;

  @BeforeAll
  final void start(@TempDir Path folder) throws Exception {
    gateway = new HttpGateway(folder, config -> config);
  }

  @AfterAll
  final void stop() {
    gateway.close();
  }
}
