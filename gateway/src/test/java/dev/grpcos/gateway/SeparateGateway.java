package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link GatewayMain} in a separate process; closing it kills it. */
final class SeparateGateway implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  SeparateGateway(Path socket, String drain, String watch) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                GatewayMain.class.getName(),
                socket.toString(),
                drain,
                watch)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    output = process.inputReader(StandardCharsets.UTF_8);
    assertThat(output.readLine()).isEqualTo("up");
  }

  long pid() {
    return process.pid();
  }

  void send(String command) {
    try {
      process.outputWriter(StandardCharsets.UTF_8).write(command + "\n");
      process.outputWriter(StandardCharsets.UTF_8).flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the next line of its output; null after its end. */
  String line() throws IOException {
    return output.readLine();
  }

  SeparateGateway started() throws IOException {
    send("start");
    assertThat(line()).isEqualTo("started");
    return this;
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  boolean alive() {
    return process.isAlive();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the process ends").isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
