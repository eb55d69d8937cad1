package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InteropServers;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A gateway with a server of {@code grpc.testing.TestService} behind it.
 *
 * @param gateway already offers the service
 * @param folder a folder for files
 */
record InteropGateway(InteropServers servers, TestGateway gateway, Path folder)
    implements AutoCloseable {
  /** Starts both. */
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
    return new InteropGateway(servers, gateway, folder);
  }

  /** Exports the descriptors of the gateway's services to a file. */
  Path descriptors() {
    Path file = folder.resolve("services.binpb");
    assertThat(gateway.bash("grpcos export descriptors >" + file).run())
        .isEqualTo(new Outcome(0, "", ""));
    return file;
  }

  @Override
  public void close() {
    gateway.close();
    servers.close();
  }
}
