package dev.grpcos.gateway.installation;

import dev.grpcos.gateway.schema.Protoc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the programs are that a gateway starts.
 *
 * @param keeper {@code grpcos-exec}, which runs the programs of services
 * @param protoc compiles sources
 */
public record Installation(Optional<Path> keeper, Optional<Protoc> protoc) {
  /** Without any: what needs them can't be configured. */
  public static final Installation NONE = new Installation(Optional.empty(), Optional.empty());

  /** What this folder has of them, as a distribution's {@code lib} does. */
  public static Installation in(Path folder) {
    Path keeper = folder.resolve("grpcos-exec");
    Path protoc = folder.resolve("protoc");
    return new Installation(
        Files.isExecutable(keeper) ? Optional.of(keeper) : Optional.empty(),
        Files.isExecutable(protoc)
            ? Optional.of(new Protoc(protoc, folder.resolve("include")))
            : Optional.empty());
  }
}
