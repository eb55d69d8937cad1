package dev.grpcos.cli.golden;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs cases as processes, each in a working folder of its own. Safe for use by any thread.
 *
 * @param grpcos the command
 * @param socket the gateway's
 * @param targets addresses of the test servers, by name
 * @param sockets further words that stand for paths, by name
 * @param scratch where working folders are made; its owner removes it
 */
record GoldenRunner(
    Path grpcos,
    Path socket,
    Map<String, String> targets,
    Map<String, Path> sockets,
    Path scratch) {
  GoldenRunner {
    targets = Map.copyOf(targets);
    sockets = Map.copyOf(sockets);
  }

  /** Runs a case; what came is written with the words that stand for paths and addresses. */
  Outcome run(GoldenCase golden, CallPath path) throws IOException {
    Path directory = Files.createTempDirectory(scratch, "cwd");
    copyFiles(golden.folder().resolve("files"), directory);
    setUp(golden.folder().resolve("setup"), directory);
    Map<String, String> words = new LinkedHashMap<>();
    words.put("{SOCKET}", socket.toString());
    words.put("{CWD}", directory.toString());
    sockets.forEach((name, file) -> words.put("{" + name + "}", file.toString()));
    golden.target().ifPresent(name -> words.put("{TARGET}", address(name)));

    List<String> argv = golden.argv().stream().map(argument -> expand(argument, words)).toList();
    Command command =
        new Command(grpcos, argv)
            .in(directory)
            .with("HOME", directory.toString())
            .with("GRPCOS_SOCKET", socket.toString());
    golden.target().ifPresent(name -> command.with("GRPCOS_TARGET", address(name)));
    golden.env().forEach((name, value) -> command.with(name, expand(value, words)));
    path.prepare(command, golden);
    giveStdin(golden, command);

    Outcome outcome = command.run();
    return new Outcome(
        outcome.exit(), contract(outcome.stdout(), words), contract(outcome.stderr(), words));
  }

  private static void giveStdin(GoldenCase golden, Command command) throws IOException {
    switch (golden.kind()) {
      case PIPE -> command.stdinPipe(golden.stdin());
      case HELD_OPEN -> command.stdinHeldOpen(golden.stdin());
      case FILE -> command.stdinFile(golden.folder().resolve("stdin"));
      case CLOSED -> command.redirected("<&-");
      case NULL -> command.stdinFile(Path.of("/dev/null"));
    }
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
