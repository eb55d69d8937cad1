package dev.grpcos.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.daemon.AdminClient;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.prometheus.PrometheusText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos gateway metrics}: prints the metrics of a gateway for Prometheus. */
@Command(
    name = "metrics",
    description = {
      "Prints the gateway's metrics in Prometheus' text format.",
      "",
      "grpcos-metrics(7) lists them, and describes how to collect them.",
    },
    footer = {
      "  grpcos gateway metrics | grep '^grpc_server_call_started'",
      "  curl --unix-socket \"$GRPCOS_SOCKET\" http://grpcos/metrics"
    })
final class GatewayMetricsCommand implements Callable<Integer> {
  @Mixin SocketOptions endpoint = new SocketOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayMetricsCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return endpoint.run(context.invocation(), this::print);
  }

  private int print(Connection connection) {
    byte[] text =
        PrometheusText.of(new AdminClient(connection.channel()).metrics()).getBytes(UTF_8);
    context.output().write(out -> out.write(text));
    return ExitCode.OK;
  }
}
