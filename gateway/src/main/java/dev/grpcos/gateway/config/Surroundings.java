package dev.grpcos.gateway.config;

import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.schema.DefiningFile;
import dev.grpcos.gateway.schema.NamedSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SourceException;
import dev.grpcos.gateway.schema.SourceWords;
import dev.grpcos.gateway.trust.TrustedCommand;
import dev.grpcos.proto.config.v1.Secret;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The context of a configuration file: the files, programs and variables that it names. Problems
 * are reported at their places. The methods return a path nevertheless, so that checking can
 * continue.
 *
 * @param folder the file's folder, the base of relative paths
 * @param environment the environment variables of the process that reads it
 * @param reader that process, for messages
 */
record Surroundings(Path folder, Map<String, String> environment, String reader) {
  /** The reader of a gateway's configuration. */
  static final String GATEWAY = "the gateway";

  private static final int ROOT = 0;

  /** Returns the absolute path. Does not check whether a file exists. */
  Path resolve(String text, Place place) {
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      place.problem("is not a path: %s; give another", e.getReason());
      return folder;
    }
  }

  /** Returns the path of a file to read; null if the text is empty. */
  @Nullable Path readableOrNull(String text, Place place) {
    return text.isEmpty() ? null : readable(text, place);
  }

  /** Returns the path of a file to read. */
  Path readable(String text, Place place) {
    Path path = resolve(text, place);
    if (!Files.exists(path)) {
      place.problem("is %s, which does not exist; give the path of a file", path);
    } else if (Files.isDirectory(path)) {
      place.problem("is %s, a folder; give the path of a file", path);
    } else if (!Files.isReadable(path)) {
      place.problem("is %s, which %s cannot read; give its user read access", path, reader);
    }
    return path;
  }

  /** Returns the path of a file to write, which need not exist. */
  Path writable(String text, Place place) {
    Path path = resolve(text, place);
    Path parent = path.getParent();
    if (text.isEmpty()) {
      return path; // already reported
    }
    if (Files.isDirectory(path)) {
      place.problem("is %s, a folder; give the path of a file", path);
    } else if (parent != null && !Files.isDirectory(parent)) {
      place.problem("is in %s, which is not a folder; create the folder", parent);
    }
    return path;
  }

  /** Returns the path of a folder. */
  Path directory(String text, Place place) {
    Path path = resolve(text, place);
    if (!Files.isDirectory(path)) {
      place.problem("is %s, which is not a folder; create it, or give another", path);
    }
    return path;
  }

  /** Returns the source of descriptors. */
  SchemaConfig schema(
      List<String> protoset, List<String> proto, List<String> protoPath, Place place) {
    List<Path> sets = new ArrayList<>();
    for (int i = 0; i < protoset.size(); i++) {
      sets.add(readable(protoset.get(i), place.at("protoset").at(i)));
    }
    boolean folders = true;
    for (int i = 0; i < protoPath.size(); i++) {
      folders &= Files.isDirectory(directory(protoPath.get(i), place.at("proto_path").at(i)));
    }
    for (int i = 0; folders && i < proto.size(); i++) {
      String name = proto.get(i);
      try {
        sources(List.of(name), protoPath).check();
      } catch (SourceException e) {
        place.at("proto").at(i).problem("is '%s': %s", name, e.problem());
      }
    }
    return new SchemaConfig(sets, proto.isEmpty() ? NamedSources.NONE : sources(proto, protoPath));
  }

  /**
   * Returns the source that defines a service, which is directly in the folder of the file.
   *
   * @param service the full name
   * @param place the place of the name
   */
  SchemaConfig schemaOf(String service, List<String> protoPath, Place place) {
    try {
      String file = DefiningFile.find(folder, service);
      return new SchemaConfig(List.of(), sources(List.of(file), protoPath));
    } catch (SourceException e) {
      place.problem("is '%s', %s", service, e.problem());
      return SchemaConfig.NONE;
    }
  }

  private NamedSources sources(List<String> proto, List<String> protoPath) {
    return new NamedSources(proto, protoPath, folder, SourceWords.CONFIGURATION);
  }

  /**
   * Returns the path of a program, given as a path or a name in {@code PATH}, and its arguments.
   */
  List<String> command(List<String> words, Place place) {
    if (words.isEmpty()) {
      return List.of();
    }
    List<String> command = new ArrayList<>(words);
    command.set(0, program(words.get(0), place.at(0)).toString());
    return command;
  }

  private Path program(String name, Place place) {
    if (name.contains("/")) {
      Path path = resolve(name, place);
      if (!Files.isRegularFile(path)) {
        place.problem("is %s, which is not a file; give the path of a program", path);
      } else if (!Files.isExecutable(path)) {
        place.problem("is %s, which is not executable; run chmod +x on it", path);
      }
      return path;
    }
    for (String entry : environment.getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      // An empty entry means the current folder, which may be any.
      if (entry.startsWith("/")) {
        Path path = Path.of(entry).resolve(name);
        if (Files.isRegularFile(path) && Files.isExecutable(path)) {
          return path;
        }
      }
    }
    place.problem(
        "is '%s', which is not in the PATH of %s; write ./%s for a program in this folder",
        name, reader, name);
    return folder;
  }

  /**
   * Returns a program that runs in the working folder of the gateway, and its arguments. For a
   * gateway that runs as root, only root may be able to change it.
   */
  List<String> trustedCommand(List<String> words, Place place) {
    List<String> command = command(words, place);
    boolean found = !command.isEmpty() && Files.isRegularFile(Path.of(command.get(0)));
    if (OwnProcess.uid() == ROOT && found) {
      TrustedCommand.distrust(command, Path.of("").toAbsolutePath(), environment.get("PATH"), ROOT)
          .ifPresent(why -> place.problem("is not safe: %s", why));
    }
    return command;
  }

  /** Returns the source of a secret. */
  SecretSource secret(Secret secret, Place place) {
    int given = secret.getCommandCount() > 0 ? 1 : 0;
    given += secret.getFile().isEmpty() ? 0 : 1;
    given += secret.getEnv().isEmpty() ? 0 : 1;
    if (given != 1) {
      place.problem(
          "has %s of file, env and command; give exactly one", given == 0 ? "none" : "several");
    }
    if (!secret.getEnv().isEmpty()) {
      if (environment.getOrDefault(secret.getEnv(), "").isEmpty()) {
        place.at("env").problem("is %s, which is not set; set it for %s", secret.getEnv(), reader);
      }
      return new SecretSource.OfEnvironment(secret.getEnv());
    }
    if (secret.getCommandCount() > 0) {
      return new SecretSource.OfCommand(
          trustedCommand(secret.getCommandList(), place.at("command")),
          ProtoDurations.of(secret.getRefresh()));
    }
    return new SecretSource.OfFile(resolve(secret.getFile(), place.at("file")));
  }
}
