package dev.grpcos.cli.daemon;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.failure.GatewayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a gateway's configuration: {@code --config}, else {@code
 * $XDG_CONFIG_HOME/grpcos/gateway.yaml}, else {@code /etc/grpcos/gateway.yaml}, else the built-in
 * one.
 */
public final class ConfigSearch {
  private ConfigSearch() {}

  /**
   * Returns the absolute path of the file; empty for the built-in configuration.
   *
   * @param option the value of {@code --config}, or null
   */
  public static Optional<Path> file(@Nullable String option, Invocation invocation) {
    if (option != null) {
      if (option.isEmpty()) {
        throw CliException.usage("--config is empty: give the path of a file");
      }
      return Optional.of(invocation.workingDirectory().resolve(option).normalize());
    }
    return Stream.of(folder(invocation), "/etc")
        .flatMap(Stream::ofNullable)
        .map(folder -> Path.of(folder, "grpcos", "gateway.yaml"))
        .filter(Files::exists)
        .findFirst();
  }

  /** Returns the folder of the caller's configuration files; null if there is none. */
  public static @Nullable String folder(Invocation invocation) {
    String config = invocation.environment("XDG_CONFIG_HOME");
    if (config != null && config.startsWith("/")) {
      return config;
    }
    String home = invocation.environment("HOME");
    return home == null || !home.startsWith("/") ? null : home + "/.config";
  }

  /** Returns the exception that ends a command with the problems of a configuration. */
  public static CliException failure(ConfigException problems) {
    return failure(
        problems.problems().stream().map(Object::toString).toList(), "the configuration");
  }

  /** Returns the exception that ends a command because a gateway cannot start. */
  public static CliException failure(GatewayException reason, String subject) {
    return reason.problems().isEmpty()
        ? CliException.failure(reason, "%s", reason.getMessage())
        : failure(reason.problems(), subject);
  }

  /**
   * Returns the exception for problems. A single problem is the message; several are listed below
   * it.
   */
  public static CliException failure(List<String> problems, String subject) {
    return problems.size() == 1
        ? CliException.usage("%s", problems.get(0))
        : CliException.usageWithExcerpt(
            String.join("\n", problems), "%s has %d problems:", subject, problems.size());
  }
}
