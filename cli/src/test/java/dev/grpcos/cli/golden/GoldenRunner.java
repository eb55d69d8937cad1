package dev.grpcos.cli.golden;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs cases, each in a separate working folder. Safe for use by any thread.
 *
 * @param socket the gateway's socket
 * @param targets addresses of the test servers, by name
 * @param sockets the paths of further sockets, by their words
 * @param scratch the parent of the working folders, which its owner removes
 */
record GoldenRunner(
    Path socket, Map<String, String> targets, Map<String, Path> sockets, Path scratch) {
  GoldenRunner {
    targets = Map.copyOf(targets);
    sockets = Map.copyOf(sockets);
  }

  /** Runs a case. In the outcome, paths and addresses are replaced by words. */
  Outcome run(GoldenCase golden, CallPath path) throws IOException {
    Path directory = Files.createTempDirectory(scratch, "cwd");
    copyFiles(golden.folder().resolve("files"), directory);
    setUp(golden.folder().resolve("setup"), directory);
    Map<String, String> words = words(golden, directory);
    Outcome outcome =
        path.run(
            new PreparedCase(
                golden,
                directory,
                golden.argv().stream().map(argument -> expand(argument, words)).toList(),
                environment(golden, directory, words)));
    return new Outcome(
        outcome.exit(), contract(outcome.stdout(), words), contract(outcome.stderr(), words));
  }

  private Map<String, String> words(GoldenCase golden, Path directory) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("{SOCKET}", socket.toString());
    words.put("{CWD}", directory.toString());
    sockets.forEach((name, file) -> words.put("{" + name + "}", file.toString()));
    golden.target().ifPresent(name -> words.put("{TARGET}", address(name)));
    return words;
  }

  private Map<String, String> environment(
      GoldenCase golden, Path directory, Map<String, String> words) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("HOME", directory.toString());
    environment.put("GRPCOS_SOCKET", socket.toString());
    golden.target().ifPresent(name -> environment.put("GRPCOS_TARGET", address(name)));
    golden.env().forEach((name, value) -> environment.put(name, expand(value, words)));
    return environment;
  }

  private String address(String name) {
    String address = targets.get(name);
    if (address == null) {
      throw new IllegalArgumentException(
          "no test server is named " + name + "; there are " + targets.keySet());
    }
    return address;
  }

  private static String expand(String text, Map<String, String> words) {
    String expanded = text;
    for (Map.Entry<String, String> word : words.entrySet()) {
      expanded = expanded.replace(word.getKey(), word.getValue());
    }
    return expanded;
  }

  private static String contract(String text, Map<String, String> words) {
    String contracted = text;
    for (Map.Entry<String, String> word : words.entrySet()) {
      contracted = contracted.replace(word.getValue(), word.getKey());
    }
    return contracted;
  }

  private static void setUp(Path script, Path directory) {
    if (Files.exists(script)) {
      Outcome outcome =
          new Command(Path.of("/bin/sh"), "-eu", script.toAbsolutePath().toString())
              .in(directory)
              .run();
      if (outcome.exit() != 0) {
        throw new IllegalStateException(script + " failed: " + outcome);
      }
    }
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files.skip(1)::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
