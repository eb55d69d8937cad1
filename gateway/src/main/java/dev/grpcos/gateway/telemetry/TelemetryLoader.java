package dev.grpcos.gateway.telemetry;

import dev.grpcos.gateway.config.OtlpConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Loads OpenTelemetry's library, and the classes of this project that use it.
 *
 * <p>The library is not on the class path, so that a gateway without telemetry opens none of its
 * files. The classes that use it are in the gateway's own jar, and must have the same loader.
 */
final class TelemetryLoader extends URLClassLoader {
  private static final String OWN = "dev.grpcos.gateway.telemetry.otlp.";
  private static final String EXPORTER = OWN + "OtlpTelemetry";

  private TelemetryLoader(List<URL> files) {
    super(files.toArray(new URL[0]), TelemetryLoader.class.getClassLoader());
  }

  /**
   * Creates an exporter.
   *
   * @param libraries the folder of OpenTelemetry's jars; none if they are on the class path
   * @param status returns the status with metrics
   * @throws GatewayException if the configuration cannot be used, or the library is missing
   */
  static Telemetry load(
      Optional<Path> libraries, OtlpConfig config, Supplier<GetStatusResponse> status)
      throws GatewayException {
    TelemetryLoader loader;
    try {
      loader = new TelemetryLoader(files(libraries));
    } catch (IOException e) {
      throw missing(e);
    }
    LibraryUse library = new LibraryUse(loader);
    try {
      Runnable ended = library::end;
      Telemetry exporter =
          Class.forName(EXPORTER, true, loader)
              .asSubclass(Telemetry.class)
              .getConstructor(OtlpConfig.class, Supplier.class, Runnable.class)
              .newInstance(config, status, ended);
      return new LoadedTelemetry(exporter, library);
    } catch (InvocationTargetException e) {
      library.end();
      throw e.getCause() instanceof GatewayException reported ? reported : missing(e);
    } catch (ReflectiveOperationException | LinkageError e) {
      library.end();
      throw missing(e);
    }
  }

  private static GatewayException missing(Throwable cause) {
    return new GatewayException(
        "telemetry: this installation lacks lib/telemetry, or it is incomplete; install all of"
            + " grpcos",
        cause);
  }

  private static List<URL> files(Optional<Path> libraries) throws IOException {
    List<URL> files = new ArrayList<>();
    files.add(TelemetryLoader.class.getProtectionDomain().getCodeSource().getLocation());
    if (libraries.isPresent() && Files.isDirectory(libraries.get())) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(libraries.get(), "*.jar")) {
        for (Path jar : jars) {
          files.add(url(jar));
        }
      }
    }
    return files;
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OWN)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? findClass(name) : known;
    }
  }
}
