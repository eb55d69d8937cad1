package dev.grpcos.gateway.config;

/** Where a gateway's configuration comes from, each time that it is asked to read it again. */
@FunctionalInterface
public interface ConfigSource {
  /**
   * Reads the configuration; may wait for files and for the databases of users and groups.
   *
   * @throws ConfigException with all that is wrong with it, if anything is
   */
  GatewayConfig read() throws ConfigException;

  /** Returns a source of a configuration that never changes. */
  static ConfigSource fixed(GatewayConfig config) {
    return () -> config;
  }
}
