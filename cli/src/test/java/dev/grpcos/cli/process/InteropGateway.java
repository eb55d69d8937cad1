package dev.grpcos.cli.process;

import dev.grpcos.cli.inprocess.InteropServers;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A gateway with a server of {@code grpc.testing.TestService} behind it.
 *
 * @param gateway already offers the service
 */
record InteropGateway(InteropServers servers, TestGateway gateway) implements AutoCloseable {
  /**
   * Starts both.
   *
   * @param folder a folder for their files
   */
  static InteropGateway start(Path folder) throws Exception {
    InteropServers servers = new InteropServers(folder);
    Path configuration =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            "warmup: false\nupstreams: [{name: interop, target: \"" + servers.unix() + "\"}]\n");
    TestGateway gateway =
        TestGateway.run(folder.resolve("gateway.sock"), "--config", configuration.toString());
    Eventually.until(
        "the service is offered",
        TestGateway.SOON,
        () -> gateway.process().stderr().contains(" services in "));
    return new InteropGateway(servers, gateway);
  }

  @Override
  public void close() {
    gateway.close();
    servers.close();
  }
}
