package dev.grpcos.gateway.config;

/** The source of a gateway's configuration, which is read at the start and at each reload. */
@FunctionalInterface
public interface ConfigSource {
  /**
   * Reads the configuration. May block on files and on the databases of users and groups.
   *
   * @throws ConfigException if the configuration is invalid, with all problems
   */
  GatewayConfig read() throws ConfigException;

  /** Returns a source of a configuration that never changes. */
  static ConfigSource fixed(GatewayConfig config) {
    return () -> config;
  }
}
