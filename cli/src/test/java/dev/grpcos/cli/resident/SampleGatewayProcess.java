package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link SampleGateway} in a separate process, whose heap is too small for unbounded data. */
final class SampleGatewayProcess {
  private final Process process;

  private SampleGatewayProcess(Process process) {
    this.process = process;
  }

  static SampleGatewayProcess start(Path socket, int commands) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxDirectMemorySize=64m",
                "-cp",
                System.getProperty("java.class.path"),
                SampleGateway.class.getName(),
                socket.toString(),
                "1.0",
                Integer.toString(commands))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    if (!"ready".equals(lines.readLine())) {
      throw new AssertionError("the sample gateway did not start");
    }
    return new SampleGatewayProcess(process);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends its standard input, and fails if it does not exit. */
  void end() throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("the sample gateway did not end");
    }
  }
}
