package dev.grpcos.gateway;

import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.failure.Termination;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A gateway in a separate process. It reads the lines {@code start} and {@code stop} from standard
 * input, and prints the lines {@code started}, {@code refused} with the message, and {@code
 * stopped}.
 *
 * <p>Arguments: the socket, the drain, the interval of the watch. After SIGTERM it drains and exits
 * with 0. If the gateway ends by itself, it exits with 1.
 */
public final class GatewayMain {
  private GatewayMain() {}

  public static void main(String[] args) throws Exception {
    GatewayConfig config =
        GatewayConfig.defaults(Path.of(args[0]))
            .withDrain(Duration.parse(args[1]))
            .withWatch(Duration.parse(args[2]));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Gateway gateway = null;
    System.out.println("up");
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      if (command.equals("start")) {
        try {
          gateway = Gateway.start(ConfigSource.fixed(config), GatewayOptions.DEFAULT);
          endWith(gateway);
          System.out.println("started");
        } catch (GatewayException e) {
          System.out.println("refused " + e.getMessage());
        }
      } else if (gateway != null) {
        gateway.close();
        gateway = null;
        System.out.println("stopped");
      }
    }
  }

  /**
   * The process ends with this gateway, except after {@code stop}, and the gateway with the
   * process.
   */
  private static void endWith(Gateway gateway) {
    Thread end =
        new Thread(
            () -> {
              gateway.close();
              Runtime.getRuntime().halt(terminationOf(gateway).failed() ? 1 : 0);
            });
    Runtime.getRuntime().addShutdownHook(end);
    Thread watcher =
        new Thread(
            () -> {
              if (terminationOf(gateway).failed()) {
                System.exit(1);
              }
              try {
                Runtime.getRuntime().removeShutdownHook(end);
              } catch (IllegalStateException e) {
                // The shutdown hook ended the gateway.
              }
            });
    watcher.setDaemon(true);
    watcher.start();
  }

  private static Termination terminationOf(Gateway gateway) {
    try {
      return gateway.awaitTermination();
    } catch (InterruptedException e) {
      throw new IllegalStateException("these threads are not interrupted", e);
    }
  }
}
