package dev.grpcos.gateway.installation;

import dev.grpcos.gateway.schema.Protoc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The programs that a gateway starts, and the libraries that it loads on demand.
 *
 * @param keeper {@code grpcos-exec}, which runs the programs of services
 * @param protoc the compiler of {@code .proto} sources
 * @param telemetry the folder of the jars that export telemetry; none if they are on the class path
 */
public record Installation(
    Optional<Path> keeper, Optional<Protoc> protoc, Optional<Path> telemetry) {
  /** An installation without programs; features that need one cannot be configured. */
  public static final Installation NONE =
      new Installation(Optional.empty(), Optional.empty(), Optional.empty());

  /** Returns the programs in this folder, such as a distribution's {@code lib}. */
  public static Installation in(Path folder) {
    Path keeper = folder.resolve("grpcos-exec");
    Path protoc = folder.resolve("protoc");
    return new Installation(
        Files.isExecutable(keeper) ? Optional.of(keeper) : Optional.empty(),
        Files.isExecutable(protoc)
            ? Optional.of(new Protoc(protoc, folder.resolve("include")))
            : Optional.empty(),
        Optional.of(folder.resolve("telemetry")));
  }
}
