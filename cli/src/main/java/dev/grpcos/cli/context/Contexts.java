package dev.grpcos.cli.context;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ContextConfig;
import dev.grpcos.gateway.config.ContextsFile;
import dev.grpcos.proto.config.v1.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The caller's contexts, in the file {@code contexts.yaml} of the caller's configuration folder. It
 * is read with the rights of this process, which must be those of the caller.
 */
public final class Contexts {
  private static final String FOLDER = "grpcos";
  private static final String FILE = "contexts.yaml";

  /** Contains the name of the context for commands that name no target. */
  private static final String DEFAULT_FILE = "default-context";

  private final Path folder;
  private final ContextsFile file;

  private Contexts(Path folder, ContextsFile file) {
    this.folder = folder;
    this.file = file;
  }

  /**
   * Returns the caller's contexts; null if the caller has no configuration folder.
   *
   * @throws OwnProcessRequiredException if this process does not have the caller's files and rights
   * @throws CliException USAGE if the file is invalid, or others could change it
   */
  public static @Nullable Contexts read(Invocation invocation) {
    invocation.connections().admitFiles();
    String home = ConfigSearch.folder(invocation);
    if (home == null) {
      return null;
    }
    Path folder = Path.of(home, FOLDER);
    try {
      return new Contexts(folder, ContextsFile.read(folder.resolve(FILE), invocation.uid()));
    } catch (ConfigException e) {
      throw problems(e, "the file of contexts");
    }
  }

  private static CliException problems(ConfigException failure, String subject) {
    return ConfigSearch.failure(
        failure.problems().stream().map(Object::toString).toList(), subject);
  }

  /**
   * Returns a context of the caller; null if there is none with this name.
   *
   * @throws CliException USAGE if it is invalid
   */
  public @Nullable ContextConfig find(String name, Invocation invocation) {
    try {
      return file.has(name) ? file.context(name, new CallersVariables(invocation)) : null;
    } catch (ConfigException e) {
      throw problems(e, "context " + name);
    }
  }

  /** Returns the path of the file. */
  public Path path() {
    return folder.resolve(FILE);
  }

  /** Returns the names of the contexts, in the order of the file. */
  public List<String> names() {
    return file.names();
  }

  /**
   * Returns a context as it is written.
   *
   * @param name the name of a context of the file
   * @throws CliException USAGE if it is invalid
   */
  public Context written(String name) {
    try {
      return file.written(name);
    } catch (ConfigException e) {
      throw problems(e, "context " + name);
    }
  }

  /**
   * Returns the target of a context as it is written; null if the context is invalid.
   *
   * @param name the name of a context of the file
   */
  public @Nullable String target(String name) {
    try {
      return file.written(name).getTarget();
    } catch (ConfigException e) {
      return null;
    }
  }

  /** Returns the name of the context for commands that name no target; null if there is none. */
  public @Nullable String preset() {
    try {
      String name = Files.readString(folder.resolve(DEFAULT_FILE)).strip();
      return name.isEmpty() ? null : name;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw CliException.failure(
          e, "%s cannot be read: %s", folder.resolve(DEFAULT_FILE), e.getMessage());
    }
  }

  /**
   * Sets the context for commands that name no target. Readers find the previous or the new one.
   *
   * @param name the name of a context of the file; null for none
   */
  public void setPreset(@Nullable String name) {
    Path preset = folder.resolve(DEFAULT_FILE);
    try {
      if (name == null) {
        Files.deleteIfExists(preset);
        return;
      }
      Path next =
          Files.createTempFile(
              folder,
              DEFAULT_FILE,
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.write(next, (name + "\n").getBytes(UTF_8));
        Files.move(next, preset, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw CliException.failure(e, "%s cannot be written: %s", preset, e.getMessage());
    }
  }
}
