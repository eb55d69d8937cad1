package dev.grpcos.gateway.config;

import dev.grpcos.gateway.schema.NamedSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SourceException;
import dev.grpcos.gateway.schema.SourceWords;
import dev.grpcos.proto.config.v1.Secret;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration file means in its place: files, programs and variables that it names. What
 * is not there is said of the place; a path is returned all the same, so that checking can go on.
 *
 * @param folder the file's folder, which paths are relative to
 * @param environment the gateway's variables
 */
record Surroundings(Path folder, Map<String, String> environment) {

  /** A path, whether or not anything is there. */
  Path resolve(String text, Place place) {
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      place.problem("is no path: %s; give another", e.getReason());
      return folder;
    }
  }

  /** A file to read; null where none is given. */
  @Nullable Path readableOrNull(String text, Place place) {
    return text.isEmpty() ? null : readable(text, place);
  }

  /** A file to read. */
  Path readable(String text, Place place) {
    Path path = resolve(text, place);
    if (!Files.exists(path)) {
      place.problem("is %s, which is not there; name a file", path);
    } else if (Files.isDirectory(path)) {
      place.problem("is %s, a folder; name a file", path);
    } else if (!Files.isReadable(path)) {
      place.problem("is %s, which the gateway may not read; let its user read it", path);
    }
    return path;
  }

  /** A file to write to, which need not be there. */
  Path writable(String text, Place place) {
    Path path = resolve(text, place);
    Path parent = path.getParent();
    if (text.isEmpty()) {
      return path; // said to be missing
    }
    if (Files.isDirectory(path)) {
      place.problem("is %s, a folder; name a file", path);
    } else if (parent != null && !Files.isDirectory(parent)) {
      place.problem("is in %s, which is no folder; make it", parent);
    }
    return path;
  }

  /** A folder. */
  Path directory(String text, Place place) {
    Path path = resolve(text, place);
    if (!Files.isDirectory(path)) {
      place.problem("is %s, which is no folder; make it, or name another", path);
    }
    return path;
  }

  /** Where descriptors come from. */
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

  private NamedSources sources(List<String> proto, List<String> protoPath) {
    return new NamedSources(proto, protoPath, folder, SourceWords.CONFIGURATION);
  }

  /** A program, by a path or by a name to be found in {@code PATH}, and its arguments. */
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
        place.problem("is %s, which is no file; name a program", path);
      } else if (!Files.isExecutable(path)) {
        place.problem("is %s, which is not executable; chmod +x it", path);
      }
      return path;
    }
    for (String entry : environment.getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      // An empty entry would be the current folder, which is nobody's in particular.
      if (entry.startsWith("/")) {
        Path path = Path.of(entry).resolve(name);
        if (Files.isRegularFile(path) && Files.isExecutable(path)) {
          return path;
        }
      }
    }
    place.problem(
        "is '%s', which is not in the gateway's PATH; write ./%s for one here", name, name);
    return folder;
  }

  /** Where a secret comes from. */
  SecretSource secret(Secret secret, Place place) {
    int given = secret.getCommandCount() > 0 ? 1 : 0;
    given += secret.getFile().isEmpty() ? 0 : 1;
    given += secret.getEnv().isEmpty() ? 0 : 1;
    if (given != 1) {
      place.problem(
          "names %s of file, env and command; give exactly one", given == 0 ? "none" : "several");
    }
    if (!secret.getEnv().isEmpty()) {
      if (environment.getOrDefault(secret.getEnv(), "").isEmpty()) {
        place.at("env").problem("is %s, which is not set; set it for the gateway", secret.getEnv());
      }
      return new SecretSource.OfEnvironment(secret.getEnv());
    }
    if (secret.getCommandCount() > 0) {
      return new SecretSource.OfCommand(
          command(secret.getCommandList(), place.at("command")),
          ProtoDurations.of(secret.getRefresh()));
    }
    return new SecretSource.OfFile(resolve(secret.getFile(), place.at("file")));
  }
}
