package dev.grpcos.cli.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of one case. Each file may be absent:
 *
 * <table>
 * <caption>files</caption>
 * <tr><td>{@code argv}</td><td>one argument per line; none</td></tr>
 * <tr><td>{@code argv.nul}</td><td>instead of {@code argv}: arguments that each end with NUL, for text that does not fit in a line</td></tr>
 * <tr><td>{@code stdin}</td><td>the bytes of standard input; none</td></tr>
 * <tr><td>{@code stdin.kind}</td><td>{@code pipe}, {@code file}, {@code held-open} (a pipe whose
 * writer stays), {@code null} ({@code /dev/null}) or {@code closed}; {@code pipe} if there is a {@code
 * stdin}, else {@code null}</td></tr>
 * <tr><td>{@code env}</td><td>{@code NAME=VALUE} lines; none</td></tr>
 * <tr><td>{@code files/}</td><td>the content of the working folder; nothing. A file that several
 * cases have is a link to one in {@code src/test/golden-files}</td></tr>
 * <tr><td>{@code setup}</td><td>a script that {@code sh} runs first, in the working folder; nothing</td></tr>
 * <tr><td>{@code fallback}</td><td>empty; marks a case that the resident does not serve, so that
 * the launcher starts a JVM for it</td></tr>
 * <tr><td>{@code cold}</td><td>empty; marks a case that by default also runs in a separate JVM;
 * with {@code -Dgrpcos.soak=true} every case does</td></tr>
 * <tr><td>{@code process}</td><td>empty; marks a case that does not run in the test JVM, because
 * the command takes over the process's signals and log</td></tr>
 * <tr><td>{@code target}</td><td>the name of the test server to call; the gateway</td></tr>
 * <tr><td>{@code stdout}, {@code stderr}</td><td>the expected bytes; none</td></tr>
 * <tr><td>{@code exit}</td><td>the expected code; 0</td></tr>
 * </table>
 *
 * <p>In {@code argv}, {@code env}, {@code stdout} and {@code stderr} the words {@code {SOCKET}},
 * {@code {CWD}} and {@code {TARGET}} represent the gateway's socket, the working folder, and the
 * test server's address; {@code {STALE}} and {@code {SILENT}} represent sockets without a gateway,
 * see {@link UnresponsiveSockets}.
 *
 * @param folder the folder of the files
 * @param kind the kind of standard input
 */
record GoldenCase(
    Path folder,
    List<String> argv,
    StdinKind kind,
    Map<String, String> env,
    Optional<String> target,
    Outcome expected) {

  /** The kinds of standard input; the names are those in {@code stdin.kind}. */
  enum StdinKind {
    PIPE,
    FILE,
    HELD_OPEN,
    NULL,
    CLOSED;

    static StdinKind named(String name) {
      return valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT));
    }
  }

  private static final Set<String> FILES =
      Set.of(
          "argv",
          "argv.nul",
          "stdin",
          "stdin.kind",
          "env",
          "files",
          "setup",
          "fallback",
          "cold",
          "process",
          "target",
          "stdout",
          "stderr",
          "exit");

  /** Returns the cases under {@code root}, by group and name. */
  static List<GoldenCase> under(Path root) throws IOException {
    List<GoldenCase> cases = new ArrayList<>();
    for (Path group : list(root)) {
      for (Path folder : list(group)) {
        cases.add(read(folder));
      }
    }
    return cases;
  }

  /**
   * Reads a folder.
   *
   * @throws IllegalArgumentException if it contains a file with an unknown name, such as a mistyped
   *     one
   */
  static GoldenCase read(Path folder) throws IOException {
    for (Path file : list(folder)) {
      if (!FILES.contains(file.getFileName().toString())) {
        throw new IllegalArgumentException(file + " does not belong to a golden case: " + FILES);
      }
    }
    Path stdin = folder.resolve("stdin");
    return new GoldenCase(
        folder,
        readArgv(folder),
        readWord(folder.resolve("stdin.kind"))
            .map(StdinKind::named)
            .orElse(Files.exists(stdin) ? StdinKind.PIPE : StdinKind.NULL),
        readEnv(folder.resolve("env")),
        readWord(folder.resolve("target")),
        new Outcome(
            readWord(folder.resolve("exit")).map(Integer::valueOf).orElse(0),
            Outcome.text(readBytes(folder.resolve("stdout"))),
            Outcome.text(readBytes(folder.resolve("stderr")))));
  }

  /** Returns the group and the name. */
  String name() {
    int names = folder.getNameCount();
    return folder.subpath(names - 2, names).toString();
  }

  /** Returns the bytes of standard input; none if the case has no such file. */
  byte[] stdin() throws IOException {
    return readBytes(folder.resolve("stdin"));
  }

  /**
   * Replaces the expected outcome with the actual one, for review. A file with the default content
   * is removed.
   */
  void update(Outcome actual) throws IOException {
    write("stdout", actual.stdout());
    write("stderr", actual.stderr());
    write("exit", actual.exit() == 0 ? "" : actual.exit() + "\n");
  }

  private void write(String name, String content) throws IOException {
    if (content.isEmpty()) {
      Files.deleteIfExists(folder.resolve(name));
    } else {
      Files.writeString(folder.resolve(name), content);
    }
  }

  /** Returns whether the launcher has to start a JVM for the case. */
  boolean fallsBack() {
    return Files.exists(folder.resolve("fallback"));
  }

  /** Returns whether the case also runs in a separate JVM by default. */
  boolean runsCold() {
    return Files.exists(folder.resolve("cold"));
  }

  /** Returns whether the case cannot run in the test JVM. */
  boolean needsProcess() {
    return Files.exists(folder.resolve("process"));
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static List<String> readArgv(Path folder) throws IOException {
    Path separatedByNul = folder.resolve("argv.nul");
    if (!Files.exists(separatedByNul)) {
      Path argv = folder.resolve("argv");
      return Files.exists(argv) ? Files.readAllLines(argv) : List.of();
    }
    String[] parts = Files.readString(separatedByNul).split("\0", -1);
    return List.copyOf(Arrays.asList(parts).subList(0, parts.length - 1));
  }

  private static Map<String, String> readEnv(Path file) throws IOException {
    Map<String, String> env = new LinkedHashMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException(file + ": NAME=VALUE expected: " + line);
        }
        env.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return env;
  }

  private static Optional<String> readWord(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Files.readString(file, UTF_8).strip())
        : Optional.empty();
  }

  private static byte[] readBytes(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
  }
}
